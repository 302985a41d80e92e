"""What is said to those who ask to be told by mail: on the pages, and in the mails themselves."""

from collections.abc import Mapping

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.telling import LetterKind, Membership, NewsKind, Rhythm
from statuspage.wording import sharing
from statuspage.wording.sentence import Counted, Sentence

RHYTHMS: Mapping[Rhythm, Sentence] = {
    Rhythm.AT_ONCE: Sentence("立即", "at once"),
    Rhythm.DAILY: Sentence("每天汇总", "a daily summary"),
    Rhythm.WEEKLY: Sentence("每周一汇总", "a weekly summary, on Mondays"),
}
STANDINGS: Mapping[Membership, Sentence] = {
    Membership.PENDING: Sentence("等待确认", "not confirmed yet"),
    Membership.ACTIVE: Sentence("有效", "active"),
    Membership.ENDED: Sentence("已停止", "ended"),
}
# On the pages, by the name under which a template says them.
LABELS: Mapping[str, Sentence | Counted] = {
    "subscribe": Sentence("邮件通知", "Updates by mail"),
    "subscribe_by_mail": Sentence("邮件通知我", "Tell me by mail"),
    "subscribe_lead": Sentence(
        "出问题、有进展、恢复时发邮件给你。每封邮件里都可以一键退订。",
        "A mail when something goes wrong, when there is news, and when it is over. "
        "Every mail has a link to stop.",
    ),
    "subscribe_lead_one": Sentence(
        "这件事有进展和恢复时发邮件给你，结束后就忘掉这个地址。",
        "A mail when there is news of this and when it is over. After that your address is forgotten.",
    ),
    "mail_address": Sentence("邮箱地址", "Mail address"),
    "mail_only_some": Sentence("只关注一部分，或改为汇总", "Only some of it, or a summary"),
    "mail_about": Sentence("关于哪些支付方式（不选就是全部）", "About which methods (none means all)"),
    "mail_causes": Sentence("哪些情况（不选就是全部）", "Which causes (none means all)"),
    "mail_impact": Sentence("至少多严重", "At least how bad"),
    "mail_any_impact": Sentence("不限", "any"),
    "mail_rhythm": Sentence("多久一次", "How often"),
    "mail_rhythm_hour": Sentence(
        "汇总在 {hour}:00（{zone}）发出；没有事情就不发。",
        "Summaries leave at {hour}:00 ({zone}), and only when there is something to tell.",
    ),
    "mail_send": Sentence("发确认邮件", "Send me a confirmation"),
    "mail_privacy": Sentence(
        "只保存邮箱地址（加密）和你的选择，不作他用；退订即删除。",
        "Kept are your address, encrypted, and what you chose; both go when you unsubscribe.",
    ),
    "mail_sent": Sentence("请查收邮件", "Check your mail"),
    "mail_sent_lead": Sentence(
        "如果地址没有写错，几分钟内会收到一封邮件，点开里面的链接才算完成。没收到就看看垃圾邮件。",
        "If the address is right, a mail with a link is on its way. Open the link to finish. "
        "If nothing comes within minutes, look in your spam folder.",
    ),
    "mail_confirm": Sentence("确认订阅", "Confirm"),
    "mail_confirm_lead": Sentence(
        "点一下按钮，以后就会收到邮件。", "One tap, and you will be told by mail from now on."
    ),
    "mail_confirmed": Sentence("订阅好了", "You are subscribed"),
    "mail_manage": Sentence("你的邮件通知", "Your mail updates"),
    "mail_save": Sentence("保存", "Save"),
    "mail_saved": Sentence("已保存。", "Saved."),
    "mail_stop": Sentence("退订", "Unsubscribe"),
    "mail_stop_lead": Sentence(
        "点一下就不再收到邮件，地址也会删除。", "One tap: no more mails, and your address is deleted."
    ),
    "mail_stopped": Sentence("已退订", "Unsubscribed"),
    "mail_stopped_lead": Sentence(
        "不会再收到邮件，地址已经删除。", "You will get no more mails. Your address is deleted."
    ),
    "mail_gone": Sentence("这个链接已经失效", "This link no longer works"),
    "mail_gone_lead": Sentence(
        "它太旧，或者已经退订。可以重新订阅。", "It is too old, or was unsubscribed. You can subscribe again."
    ),
    "mail_language": Sentence("语言", "Language"),
    "mail_bad_address": Sentence(
        "请填写邮箱地址，例如 ann@example.com。", "Enter a mail address such as ann@example.com."
    ),
    "mail_crowded": sharing.LABELS["telling_is_full"],
    "mail_foreign": Sentence("请在本页面上提交。", "Please send this from this page."),
    "mail_off": Sentence("本站没有开通邮件通知。", "This site sends no mail."),
    "mail_over": sharing.LABELS["telling_is_past"],
}
# Mails. What begins a subject tells what it is without opening it.
SUBJECT = Sentence("[{site}] {title}", "[{site}] {title}")
SUBJECT_MORE = Sentence("[{site}] {n} 条消息：{title}", "[{site}] {n} updates: {title}")
SUBJECT_DIGEST = Counted(
    "[{site}] 汇总：{n} 条", "[{site}] Summary: {n} update", "[{site}] Summary: {n} updates"
)
# Beside a title that does not say it itself.
MARKS: Mapping[NewsKind, Sentence] = {
    NewsKind.BEGAN: Sentence("开始", "New"),
    NewsKind.UPDATE: Sentence("进展", "Update"),
    # What is planned says so in its first sentence, and mostly in its title.
    NewsKind.PLANNED_UPDATE: Sentence("进展", "Update"),
    NewsKind.ANNOUNCED: Sentence("公告", "Announcement"),
}
MARKED = Sentence("{mark}：{title}", "{mark}: {title}")
LABELLED = Sentence("{label}：", "{label}:")
DETAILS = Sentence("详情", "Details")
WHY = Sentence("你在 {site} 订阅了邮件通知。", "You get this because you asked for updates from {site}.")
MANAGE = Sentence("修改", "Change")
STOP = Sentence("退订", "Unsubscribe")
TRIAL = Sentence("测试：以后状态更新会发到这里。", "A test: updates will be posted here.")
LETTER_SUBJECTS: Mapping[LetterKind, Sentence] = {
    LetterKind.CONFIRM: Sentence("[{site}] 请确认邮件通知", "[{site}] Confirm your subscription"),
    LetterKind.KNOWN: Sentence("[{site}] 你已经订阅了邮件通知", "[{site}] You are already subscribed"),
}
LETTERS: Mapping[LetterKind, Sentence] = {
    LetterKind.CONFIRM: Sentence(
        "有人（也许是你）用这个地址在 {site} 订阅邮件通知。如果是你，请在两天内打开下面的链接确认；"
        "如果不是，什么都不用做，不会再收到邮件。",
        "Somebody, probably you, asked {site} to send updates to this address. If it was you, open the link "
        "below within two days. If not, do nothing, and no more mails will come.",
    ),
    LetterKind.KNOWN: Sentence(
        "有人（也许是你）又用这个地址在 {site} 订阅邮件通知，而它已经订阅了。可以在下面的链接里修改或退订；"
        "不需要的话，什么都不用做。",
        "Somebody, probably you, asked {site} again to send updates to this address, which gets them "
        "already. Below you can change or stop that. Otherwise there is nothing to do.",
    ),
}
LETTER_LINKS: Mapping[LetterKind, Sentence] = {
    LetterKind.CONFIRM: Sentence("确认订阅", "Confirm"),
    LetterKind.KNOWN: Sentence("修改或退订", "Change or stop"),
}


def mark_of(kind: NewsKind) -> Bilingual:
    """What stands beside a title that does not say by itself what it is; else nothing."""
    sentence = MARKS.get(kind)
    return sentence.say() if sentence else NOTHING
