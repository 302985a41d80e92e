"""How the admin labels whether and when the public is told of an incident."""

from collections.abc import Mapping

from probes.vocabulary.publishing import Mode, Publication
from statuspage.wording.sentence import Sentence

PUBLICATIONS: Mapping[Publication, Sentence] = {
    Publication.PUBLISHED: Sentence("已发布", "published"),
    Publication.WAITING: Sentence("等待发布", "waiting to be published"),
    Publication.HELD: Sentence("暂不发布", "held back"),
    Publication.DROPPED: Sentence("不发布", "dropped"),
}
MODES: Mapping[Mode, Sentence] = {
    Mode.AT_ONCE: Sentence("立即", "at once"),
    Mode.AFTER: Sentence("若无人阻止，几分钟后", "after some minutes, unless stopped"),
    Mode.BY_PERSON: Sentence("只由人决定", "only by a person"),
}
