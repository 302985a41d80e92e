"""Gives components the product that people name who complain of them, as it was guessed from names until now."""

from django.db import migrations, models

PRODUCTS = [("fenfu", "Fenfu"), ("wechat_pay", "WeChat Pay"), ("other", "another"), ("none", "none")]
NAMES = {
    "fenfu": ("fenfu", "分付"),
    "wechat_pay": ("wechat", "weixin", "wxpay", "微信", "零钱"),
    "other": (
        "card",
        "银行卡",
        "信用卡",
        "visa",
        "mastercard",
        "银联",
        "unionpay",
        "云闪付",
        "支付宝",
        "alipay",
        "花呗",
        "京东",
        "美团",
        "抖音",
    ),
}


def fill(apps, schema_editor):
    for row in apps.get_model("monitoring", "Component").objects.select_related("group"):
        names = [row.slug, row.name_zh, row.name_en]
        if row.group is not None:
            names += [row.group.slug, row.group.name_zh, row.group.name_en]
        row.product = product_of(" ".join(names).lower())
        row.save(update_fields=["product"])


def product_of(names):
    for product, known in NAMES.items():
        if any(name in names for name in known):
            return product
    return "none"


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0002_voices")]

    operations = [
        migrations.AddField(
            model_name="component",
            name="product",
            field=models.CharField(
                choices=PRODUCTS,
                default="none",
                help_text="What people name who complain of it.",
                max_length=12,
                verbose_name="product",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
