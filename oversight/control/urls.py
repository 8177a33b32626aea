from django.urls import path, re_path

from .views import checks, recommendations, violations

CHECK_COMMANDS = "|".join(checks.DONE)
RECOMMENDATION_COMMANDS = "|".join(recommendations.DONE)

urlpatterns = [
    path("checks/", checks.check_list, name="check-list"),
    path("checks/order/", checks.check_order, name="check-order"),
    path("checks/<str:number>/", checks.check_detail, name="check-detail"),
    re_path(
        rf"^checks/(?P<number>[^/]+)/(?P<name>{CHECK_COMMANDS})/$",
        checks.check_command,
        name="check-command",
    ),
    path("checks/<str:number>/violations/", violations.violation_add, name="violation-add"),
    path(
        "checks/<str:number>/recommend/",
        recommendations.recommendation_prepare,
        name="recommendation-prepare",
    ),
    path("violations/", violations.violation_list, name="violation-list"),
    path("violations/<uuid:pk>/remove/", violations.violation_remove, name="violation-remove"),
    path("violations/<uuid:pk>/file/", violations.violation_file, name="violation-file"),
    path("recommendations/", recommendations.recommendation_list, name="recommendation-list"),
    path(
        "recommendations/<str:number>/",
        recommendations.recommendation_detail,
        name="recommendation-detail",
    ),
    re_path(
        rf"^recommendations/(?P<number>[^/]+)/(?P<name>{RECOMMENDATION_COMMANDS})/$",
        recommendations.recommendation_command,
        name="recommendation-command",
    ),
    path(
        "recommendations/<str:number>/files/<str:what>/",
        recommendations.recommendation_file,
        name="recommendation-file",
    ),
]
