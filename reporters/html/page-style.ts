/** Family of the Korean glyphs that the page brings along; first, for Chromium leaves boxes behind where it falls back to it. */
export const pageFontFamily = 'Lagline Gothic';

/** The page's only style sheet, but for its font. Paper is always light; the colours of lines are those of the pictures, lighter on dark. */
export const pageStyle = `
:root{color-scheme:light dark;--ink:#1d2126;--soft:#59616b;--paper:#fff;--panel:#f6f7f9;--edge:#d9dde3;--band:#0072b214;--fault:#e69f0033;--hole:#8886;
--main:#0072b2;--second:#b87700;--alarm:#d55e00;--quiet:#555;--extra:#b5548a;--dark:#000;--leaf:#00805e;--sky:#2c8fc9}
@media (prefers-color-scheme:dark){:root{--ink:#e6e8eb;--soft:#a3abb5;--paper:#14171b;--panel:#1d2127;--edge:#363c45;--band:#56b4e91f;--fault:#e69f0040;--hole:#aaa5;
--main:#56b4e9;--second:#f0b840;--alarm:#ff8a4c;--quiet:#b8bec6;--extra:#e29ac6;--dark:#fff;--leaf:#3fd0a4;--sky:#9ad6f7}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1080px;padding:24px 20px 64px;color:var(--ink);background:var(--paper);
font:15px/1.65 "${pageFontFamily}",system-ui,-apple-system,"Apple SD Gothic Neo","Malgun Gothic","Noto Sans KR","NanumGothic",sans-serif;word-break:keep-all;overflow-wrap:anywhere}
h1{font-size:28px;line-height:1.3}h2{font-size:22px;margin-top:44px;border-bottom:1px solid var(--edge);padding-bottom:6px}h3{font-size:18px;margin-top:30px}h5{font-size:15px;margin:22px 0 8px}
blockquote{margin:12px 0;padding:4px 16px;border-left:4px solid var(--main);background:var(--panel)}
.scroll{overflow-x:auto;margin:12px 0}
table{border-collapse:collapse;min-width:50%}
th,td{border:1px solid var(--edge);padding:6px 10px;text-align:left;vertical-align:top;overflow-wrap:break-word}
td code{overflow-wrap:anywhere}
th{background:var(--panel)}
code{font:13px/1.5 "${pageFontFamily}",ui-monospace,SFMono-Regular,Menlo,Consolas,"D2Coding",monospace;background:var(--panel);padding:1px 4px;border-radius:3px}
pre{background:var(--panel);border:1px solid var(--edge);border-radius:6px;padding:12px;overflow-x:auto}
pre code{background:none;padding:0;word-break:normal;overflow-wrap:normal}
details{margin:10px 0}summary{cursor:pointer}
figure{margin:14px 0;padding:12px 12px 8px;border:1px solid var(--edge);border-radius:8px;background:var(--paper)}
figcaption{font-weight:600}figcaption small{display:block;font-weight:400;color:var(--soft)}
figure svg{display:block;width:100%;height:auto;touch-action:pan-y;cursor:crosshair}
figure text{fill:var(--soft);font-size:13px}
figure .legend{display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center}
figure button{font:inherit;font-size:13px;color:var(--ink);background:none;border:1px solid var(--edge);border-radius:14px;padding:2px 10px;cursor:pointer}
figure button[aria-pressed=false]{opacity:.45;text-decoration:line-through}
figure button svg{display:inline-block;width:30px;height:8px;vertical-align:middle;margin-right:6px}
figure .hint{color:var(--soft);font-size:12px;margin-left:auto}
figure [hidden]{display:none}
.grid{stroke:var(--edge);stroke-width:1}.line{fill:none;stroke-linejoin:round}.area{stroke:none;opacity:.18}
.band-load,.band-drain{fill:var(--band)}.band-drain{opacity:.5}.band-fault{fill:var(--fault)}.band-gap{fill:var(--hole)}
.cursor{stroke:var(--ink);stroke-width:1;stroke-dasharray:3 3}.select{fill:var(--main);opacity:.15}
.tip rect{fill:var(--paper);stroke:var(--edge)}.tip text{fill:var(--ink)}
.c-main{stroke:var(--main)}.c-second{stroke:var(--second)}.c-alarm{stroke:var(--alarm)}.c-quiet{stroke:var(--quiet)}.c-extra{stroke:var(--extra)}.c-dark{stroke:var(--dark)}.c-leaf{stroke:var(--leaf)}.c-sky{stroke:var(--sky)}
.f-main{fill:var(--main)}.f-second{fill:var(--second)}.f-alarm{fill:var(--alarm)}.f-quiet{fill:var(--quiet)}.f-extra{fill:var(--extra)}.f-dark{fill:var(--dark)}.f-leaf{fill:var(--leaf)}.f-sky{fill:var(--sky)}
@media print{:root{color-scheme:light;--ink:#000;--soft:#333;--paper:#fff;--panel:#f3f3f3;--edge:#bbb;--band:#0072b214;--fault:#e69f0033;--hole:#8886;
--main:#0072b2;--second:#b87700;--alarm:#d55e00;--quiet:#555;--extra:#b5548a;--dark:#000;--leaf:#00805e;--sky:#2c8fc9}
@page{margin:14mm}
body{max-width:none;padding:0;font-size:10.5pt}
h2,h3,h5{break-after:avoid}figure,tr,blockquote{break-inside:avoid}
.scroll{overflow:visible}th,td{overflow-wrap:anywhere}table{width:100%;font-size:9pt}pre{white-space:pre-wrap;overflow:visible}pre code{overflow-wrap:anywhere}
.hint,.reset,.tip,.cursor{display:none}figure button{border:none;padding:0 8px 0 0}}
`.trim();
