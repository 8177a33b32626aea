from django.urls import path

from .views import public

urlpatterns = [
    path("complaints/new/", public.complaint_new, name="complaint-new"),
    path("complaints/thanks/", public.complaint_thanks, name="complaint-thanks"),
    path("complaints/thanks/text/", public.complaint_receipt, name="complaint-receipt"),
    path("complaints/follow/", public.complaint_follow, name="complaint-follow"),
    path("complaints/close/", public.complaint_close, name="complaint-close"),
    path(
        "complaints/refusal/<uuid:application>/", public.complaint_refusal, name="complaint-refusal"
    ),
    path("complaints/<str:number>/", public.complaint_state, name="complaint-state"),
    path("complaints/<str:number>/files/<uuid:file>/", public.complaint_own_file,
         name="complaint-own-file"),
    path("complaints/<str:number>/<str:what>/", public.complaint_paper, name="complaint-paper"),
]  # fmt: skip
