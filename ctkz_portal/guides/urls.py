from django.urls import path

from . import tour_views, views

urlpatterns = [
    path("guides/", views.guide_list, name="guide-list"),
    path("guides/<slug:slug>/", views.guide, name="guide"),
    path("glossary/", views.glossary, name="glossary"),
    path("tour/", tour_views.tour, name="tour"),
    path("tour/<int:number>/", tour_views.tour_stop, name="tour-stop"),
]
