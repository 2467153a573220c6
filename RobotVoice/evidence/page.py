"""What RobotVoice puts into log.html looks alike: one style, one kind of table."""

from __future__ import annotations

from collections.abc import Iterable

# log.html shows messages in a monospaced font and keeps their line breaks; a report is neither code nor a
# table of Robot's. Its colours are Robot's own variables, which follow the theme that the reader chose.
_STYLE = """
.rv-report{font:13px/1.45 Helvetica,Arial,sans-serif;white-space:normal;max-width:960px;padding:6px 0 10px}
.rv-report p{margin:0 0 6px}
.rv-headline{font-size:19px;font-weight:bold;line-height:1.3;text-wrap:balance}
.rv-verdict{display:inline-block;font-size:12px;line-height:1;padding:4px 9px;margin-right:9px;
border-radius:11px;border:1.5px solid;vertical-align:3px;white-space:nowrap}
.rv-passed{color:var(--pass-link-color,#098a09)}.rv-failed{color:var(--fail-link-color,#ce3e01)}
.rv-unknown{color:var(--warn-link-color,#927201)}
.rv-warning{border-left:4px solid var(--warn-link-color,#927201);padding:2px 0 2px 10px}
.rv-figures{display:flex;flex-wrap:wrap;gap:6px 40px;margin:10px 0 12px}
.rv-number{font-size:38px;font-weight:bold;line-height:1.05;letter-spacing:-.02em}
.rv-number small{font-size:17px;letter-spacing:0}
.rv-tile{max-width:290px}
.rv-which{display:inline-block;min-width:17px;line-height:17px;border-radius:9px;text-align:center;font-size:11px;
font-weight:bold;color:var(--background-color,#fff);background:var(--text-color,#000)}
.rv-report s{opacity:.6}
.rv-report s small{display:inline-block;text-decoration:line-through}
.rv-soft{opacity:.75}
.rv-report .rv-checks{list-style:none;margin:0 0 8px;padding:0}
.rv-player{display:flex;flex-wrap:wrap;align-items:center;gap:8px;margin:12px 0}
.rv-player audio{height:36px;width:340px;max-width:100%}
.rv-report button{font:bold 13px Helvetica,Arial,sans-serif;color:var(--background-color,#fff);
background:var(--text-color,#000);border:0;border-radius:17px;padding:8px 15px;cursor:pointer}
.rv-report button:hover,.rv-report button:focus-visible{outline:2px solid var(--link-color,#15c);
outline-offset:2px}
.rv-report table{table-layout:auto;border-collapse:collapse;margin:10px 0;width:100%;font-size:13px}
.rv-report caption{text-align:left;font-weight:bold;padding-bottom:3px}
.rv-report th,.rv-report td{text-align:left;padding:4px 14px 4px 0;
border-bottom:1px solid var(--secondary-color,#ccc)}
.rv-report th{font-weight:normal;opacity:.75}
.rv-report .rv-time{white-space:nowrap;font-variant-numeric:tabular-nums}
.rv-report summary{cursor:pointer}
.rv-fields details{margin:4px 0 4px 14px}
.rv-fields audio{height:32px;width:240px;vertical-align:middle}
.rv-small{font-size:12px}
.rv-words{overflow-wrap:anywhere}
@media print{.rv-player{display:none}.rv-report{break-inside:avoid}}
"""

_HEAR = (
    "var r=this.closest('.rv-report'),a=r&amp;&amp;r.querySelector('audio');"
    "if(a){{try{{a.currentTime={start:.2f}}}catch(e){{}}"
    "var p=a.play();if(p&amp;&amp;p.catch)p.catch(function(){{}})}}"
)


def block(*parts: str) -> str:
    """HTML for one message of Robot Framework's log."""
    # the log keeps the line breaks of a message as they are, so there are none
    return f'<div class="rv-report"><style>{_STYLE}</style>{"".join(parts)}</div>'.replace("\n", "")


def table(caption: str, head: Iterable[str], rows: Iterable[list[str]]) -> str:
    """A table of cells that are HTML already."""
    title = f"<caption>{caption}</caption>" if caption else ""
    top = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>{title}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def hear_button(start: float, label: str) -> str:
    """A button that plays the report's recording from `start`, in seconds."""
    return f'<button type="button" data-start="{start:.2f}" onclick="{_HEAR.format(start=start)}">{label}</button>'
