"""What is said where a page is shared or wants to tell its reader later: buttons, previews, notifications."""

from collections.abc import Mapping

from statuspage.wording.sentence import Counted, Sentence

WHAT_IT_IS = Sentence(
    "支付能不能用、为什么不能用、现在怎么办。",
    "Whether payments work, why they do not, and what to do now.",
)
# In the picture of a page that is too old to tell.
NOBODY_KNOWS = Sentence("目前情况不明", "We do not know how things stand right now")
# On the page, by the name under which a template says them.
LABELS: Mapping[str, Sentence | Counted] = {
    "share": Sentence("分享", "Share"),
    "link_copied": Sentence("链接已复制。", "Link copied."),
    "copy_this_link": Sentence("没能复制，请长按这个链接：", "Could not copy. Here is the link:"),
    "tell_me_when_over": Sentence("恢复时通知我", "Tell me when it is over"),
    "tell_me_about": Sentence("出问题时通知我", "Tell me about problems"),
    "do_not_tell_me": Sentence("不用通知了", "Stop telling me"),
    "will_tell": Sentence(
        "好的，这台设备会收到一条通知，不用一直开着网页。",
        "This device will get a notification. You can close the page.",
    ),
    "will_tell_for_a_month": Sentence(
        "好的，30 天内出问题时，这台设备会收到通知，不用一直开着网页。",
        "For 30 days this device will get a notification when something is wrong. You can close the page.",
    ),
    "will_not_tell": Sentence("好的，不再通知。", "You will not be notified."),
    "telling_is_off": Sentence(
        "浏览器不允许本站发通知；可以在浏览器的网站设置里打开。",
        "Notifications from this site are blocked. You can allow them in your browser’s site settings.",
    ),
    "telling_is_full": Sentence(
        "现在订阅的人太多，请过一会儿再试。",
        "Too many people are signing up right now. Please try again later.",
    ),
    "telling_is_past": Sentence("这件事已经结束。", "It is already over."),
    "telling_from_home_screen": Sentence(
        "要收通知，请先在浏览器里点“分享”→“添加到主屏幕”，再从主屏幕打开本页。",
        "To get notifications here, tap Share, then “Add to Home Screen”, and open this page from there.",
    ),
    "telling_in_browser": Sentence(
        "微信里收不到通知：请点右上角“…”，选择在浏览器中打开。",
        "WeChat cannot show notifications: tap “…” at the top right and open this page in your browser.",
    ),
    "telling_failed": Sentence(
        "没有成功：浏览器的推送服务连不上，或者本站正忙。",
        "That did not work: your browser’s push service cannot be reached, or this site is busy.",
    ),
}
# Notifications: the title of one that something began is the incident's own.
BEGAN = Sentence("{at} 起。点开看现在怎么办。", "Since {at}. Open to see what to do now.")
RETURNED_TITLE = Sentence("再次出现：{title}", "Again: {title}")
RETURNED = Sentence(
    "{at} 起问题再次出现。点开看现在怎么办。",
    "The problem has been back since {at}. Open to see what to do now.",
)
OVER_TITLE = Sentence("已结束：{title}", "Over: {title}")
CANCELLED_TITLE = Sentence("已取消：{title}", "Cancelled: {title}")
OVER = Sentence(
    "历时 {span}。如果你那边还是付不了，点开看怎么办。",
    "It lasted {span}. If it still does not work for you, open to see what to do.",
)
WITHDRAWN_TITLE = Sentence("已撤回：{title}", "Withdrawn: {title}")
WITHDRAWN = Sentence(
    "经核实是误报。点开看说明。", "We checked: this was a false alarm. Open to see what we say about it."
)
# Where we began anew before it ended.
LOST_TITLE = Sentence("后续不明：{title}", "Lost track of: {title}")
LOST = Sentence(
    "我们没有看到它结束，不知道是否已经恢复。点开看现在的情况。",
    "We did not see it end and cannot say whether it is over. Open to see how things stand now.",
)
