"""What the admin calls the ways by which people are told, what they are told, and how far it has come."""

from collections.abc import Mapping

from probes.vocabulary.telling import Channel, NewsKind, Stage
from statuspage.wording.sentence import Sentence

CHANNELS: Mapping[Channel, Sentence] = {
    Channel.PUSH: Sentence("浏览器推送", "browser push"),
    Channel.MAIL: Sentence("邮件", "mail"),
    Channel.WEBHOOK: Sentence("Webhook", "webhook"),
    Channel.SLACK: Sentence("Slack", "Slack"),
    Channel.TEAMS: Sentence("Microsoft Teams", "Microsoft Teams"),
    Channel.TELEGRAM: Sentence("Telegram", "Telegram"),
    Channel.FEISHU: Sentence("飞书", "Feishu"),
    Channel.DINGTALK: Sentence("钉钉", "DingTalk"),
    Channel.WECOM: Sentence("企业微信", "WeCom"),
}
STAGES: Mapping[Stage, Sentence] = {
    Stage.WAITING: Sentence("等待发送", "waiting"),
    Stage.SENT: Sentence("已发送", "sent"),
    Stage.GONE: Sentence("收件方已不在", "recipient gone"),
    Stage.GIVEN_UP: Sentence("已放弃", "given up"),
    Stage.OUTDATED: Sentence("已过时，未发送", "out of date, not sent"),
}
KINDS: Mapping[NewsKind, Sentence] = {
    NewsKind.BEGAN: Sentence("开始", "began"),
    NewsKind.UPDATE: Sentence("进展", "update"),
    NewsKind.OVER: Sentence("结束", "over"),
    NewsKind.RETURNED: Sentence("再次出现", "back again"),
    NewsKind.WITHDRAWN: Sentence("撤回", "withdrawn"),
    NewsKind.PLANNED: Sentence("计划{maintenance}", "planned {maintenance}"),
    NewsKind.PLANNED_UPDATE: Sentence("{maintenance}进展", "update of planned {maintenance}"),
    NewsKind.PLANNED_OVER: Sentence("{maintenance}结束", "planned {maintenance} over"),
    NewsKind.ANNOUNCED: Sentence("公告", "announcement"),
    NewsKind.STATE: Sentence("状态变化", "change of state"),
    NewsKind.LETTER: Sentence("订阅事务", "about a subscription"),
}
