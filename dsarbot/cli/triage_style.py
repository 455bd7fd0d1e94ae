"""How the page of a dry run looks. Its hash stands in the page's own policy, so it is fixed text."""

from __future__ import annotations

from typing import Final

_STEPS: Final = 20
_BARS: Final = "".join(f".w{step}{{width:{step * 3}px}}" for step in range(1, _STEPS + 1))

STYLE: Final = (
    """
:root{color-scheme:light dark;--text:#1c2024;--ground:#fff;--quiet:#565d66;--line:#d5dae0;--bar:#46607a;
--unsure:#5a3ea3;--sure:#1b5e31;--sure-ground:#e4f3e8;--note:#fff1d2;--note-text:#6e4300;--mark:#ffe08a;
--mark-text:#1c2024}
@media (prefers-color-scheme:dark){:root{--text:#e8eaed;--ground:#16191d;--quiet:#a9b1bb;--line:#3b424a;--bar:#9db3c9;
--unsure:#cfbcff;--sure:#a5dfb5;--sure-ground:#143521;--note:#3f2d05;--note-text:#ffd08a;--mark:#5c4700;
--mark-text:#fff3cf}}
*{box-sizing:border-box}
body{margin:0 auto;padding:24px 16px;max-width:1200px;background:var(--ground);color:var(--text);
font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
h1{margin:0;font-size:24px;line-height:1.25}
h2{margin:32px 0 4px;font-size:18px;line-height:1.3}
p{margin:4px 0}
.lead{margin:8px 0 16px}
.note{padding:8px 16px;border-left:4px solid var(--note-text);background:var(--note);color:var(--note-text)}
.quiet{color:var(--quiet);font-size:13px}
.foot{margin-top:32px;padding-top:8px;border-top:1px solid var(--line)}
.numbers{display:flex;flex-wrap:wrap;gap:8px 48px;align-items:flex-start}
table{border-collapse:collapse;margin-top:16px}
caption{white-space:nowrap;text-align:left;font-weight:600;padding-bottom:4px}
th,td{text-align:left;vertical-align:top;padding:4px 16px 4px 0;border-top:1px solid var(--line);font-weight:400}
thead th{border-top:0;color:var(--quiet);font-size:13px}
.right{text-align:right;padding-right:0;font-variant-numeric:tabular-nums;white-space:nowrap}
.bar{display:inline-block;height:8px;margin-right:8px;background:var(--bar)}
.list{width:100%;table-layout:fixed}
.list th:nth-child(1){width:170px}
.list th:nth-child(2){width:320px}
.list td{padding:8px 16px 8px 0;overflow-wrap:anywhere}
.list ul{margin:4px 0 0;padding:0;list-style:none}
.badge{display:inline-block;padding:0 6px;border:1px solid currentColor;border-radius:3px;font-size:13px}
.unsure{color:var(--unsure)}
.certain{color:var(--sure);background:var(--sure-ground)}
.label{color:var(--quiet);font-size:13px}
.label::after{content:":"}
mark{background:var(--mark);color:var(--mark-text);padding:0 2px}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media (max-width:700px){.list,.list tbody,.list tr,.list td{display:block;width:100%}
.list thead{display:none}.list td{border-top:0;padding:4px 0}.list tr{border-top:1px solid var(--line);padding:8px 0}
.list td::before{content:attr(data-head);display:block;color:var(--quiet);font-size:13px}}
@media print{body{max-width:none;padding:0}.list tr{break-inside:avoid}}
"""
    + _BARS
)
