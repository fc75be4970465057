"""Office documents are zip archives with times in them; here they get fixed ones."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

FIXED_DATE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the formats hold no zone
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_TIMES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def without_times(data: bytes) -> bytes:
    """Give the same document with fixed dates of its members, of its making and of its last change."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _TIMES.sub(rb"\g<1>" + FIXED_DATE.isoformat().encode() + rb"Z\g<3>", content)
            member = zipfile.ZipInfo(name, date_time=_ZIP_DATE)
            member.external_attr = 0o644 << 16
            member.create_system = 3
            new.writestr(member, content, compress_type=zipfile.ZIP_DEFLATED, compresslevel=6)
    return out.getvalue()
