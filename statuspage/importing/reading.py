"""Which reader reads which tool."""

from datetime import tzinfo
from pathlib import Path

from probes.vocabulary.origins import Origin
from statuspage.importing.atlassian import read_statuspage
from statuspage.importing.cstate import read_cstate
from statuspage.importing.gatus import read_gatus
from statuspage.importing.given import ImportFileError
from statuspage.importing.kuma import read_kuma
from statuspage.importing.upptime import read_upptime
from statuspage.importing.values import CarriedSite


def read_site(origin: Origin, path: Path, zone: tzinfo) -> CarriedSite:
    """All that lies at ``path``; moments that name no zone are of ``zone``.

    ImportFileError says what cannot be read, where and why.
    """
    if not path.exists():
        raise ImportFileError(str(path), "there is no such file or folder")
    match origin:
        case Origin.KUMA:
            return read_kuma(path)
        case Origin.GATUS:
            return read_gatus(path)
        case Origin.UPPTIME:
            return read_upptime(path)
        case Origin.CSTATE:
            return read_cstate(path, zone)
        case Origin.STATUSPAGE:
            return read_statuspage(path)
