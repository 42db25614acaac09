/** The report's style sheet: light and dark by the reader's setting, one column on a phone, paper. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--ink:#16202b;--dim:#5b6875;--page:#fbfbfa;--card:#fff;--line:#dfe3e7;
--accent:#1f6feb;--good:#127a43;--bad:#c02f3b;--warn:#9a6700;--band:#9a670033}
@media(prefers-color-scheme:dark){:root{--ink:#e4e9ee;--dim:#98a4b0;--page:#10151a;--card:#171d24;
--line:#2c353e;--accent:#6aa8ff;--good:#4cc38a;--bad:#ff7b7f;--warn:#e3b341;--band:#e3b34133}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0 auto;max-width:1180px;padding:1.5rem 1.25rem 4rem;background:var(--page);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .35rem}
h2{font-size:1.1rem;margin:2.4rem 0 .6rem;padding-top:.9rem;border-top:1px solid var(--line)}
p{margin:.35rem 0}
code,pre{font:13px/1.5 ui-monospace,"SF Mono",Menlo,Consolas,monospace}
pre{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.75rem;overflow:auto;white-space:pre-wrap}
a{color:var(--accent)}
nav{display:flex;flex-wrap:wrap;gap:.15rem 1rem;margin:.9rem 0;font-size:14px}
summary{cursor:pointer}
.dim{color:var(--dim)}.good{color:var(--good)}.bad{color:var(--bad)}
.verdict{font-size:1.1rem}
.warnings{margin:.8rem 0;padding:.6rem .9rem .6rem 2rem;border:1px solid var(--warn);border-radius:6px}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(240px,1fr));gap:.6rem;margin:1rem 0;padding:0}
.tiles div{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.55rem .75rem}
.tiles dt{color:var(--dim);font-size:13px}
.tiles dd{margin:0;font-size:1.15rem;font-variant-numeric:tabular-nums}
.tiles small{display:block;color:var(--dim);font-size:12.5px}
dl.facts{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.15rem 1rem;margin:.5rem 0}
dl.facts dt{color:var(--dim)}dl.facts dd{margin:0}
figure{margin:1rem 0 0;min-width:0;break-inside:avoid}
figcaption{margin-bottom:.3rem}
.markets{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,480px),1fr));gap:.4rem 1.5rem}
.plot{container-type:inline-size;position:relative;height:230px;margin:0 1.2rem 1.7rem 4.6rem;touch-action:pan-y;cursor:crosshair;
border-left:1px solid var(--line);border-bottom:1px solid var(--line)}
.plot.low{height:120px}
.plot:focus-visible{outline:2px solid var(--accent);outline-offset:3px}
.plot svg{position:absolute;inset:0;width:100%;height:100%;overflow:hidden}
.plot path{fill:none;stroke-width:1.5;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.plot path.equity,.plot path.price{stroke:var(--accent)}
.plot path.price{stroke-width:1.1}
.plot path.drawdown{stroke:var(--bad);fill:var(--bad);fill-opacity:.18}
.plot path.band{fill:var(--band);stroke:none}
.plot path.held-won{stroke:var(--good);stroke-width:1;stroke-opacity:.6}
.plot path.held-lost{stroke:var(--bad);stroke-width:1;stroke-opacity:.6}
.plot path.entry{stroke:var(--ink);stroke-width:5;stroke-linecap:square}
.plot path.won{stroke:var(--good);stroke-width:6.5;stroke-linecap:round}
.plot path.lost{stroke:var(--bad);stroke-width:6.5;stroke-linecap:round}
.tick{position:absolute;color:var(--dim);font-size:12px;line-height:1;white-space:nowrap;font-variant-numeric:tabular-nums}
.tick.y{right:calc(100% + 6px);transform:translateY(-50%)}
.tick.x{top:calc(100% + 7px);transform:translateX(-50%)}
.tick.y::after{content:"";position:absolute;left:calc(100% + 6px);top:50%;width:100cqw;border-top:1px solid var(--line)}
.tick.x::after{content:"";position:absolute;left:50%;bottom:calc(100% + 2px);height:5px;border-left:1px solid var(--dim)}
.cross{position:absolute;top:0;bottom:0;width:1px;background:var(--dim);visibility:hidden}
.cross.range{background:var(--band)}
.tip{position:absolute;top:4px;visibility:hidden;background:var(--card);border:1px solid var(--line);border-radius:5px;
padding:.2rem .5rem;font-size:12.5px;white-space:pre;pointer-events:none;z-index:1;font-variant-numeric:tabular-nums}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;font-size:14px}
.legend span:not(.dim)::before{content:"";display:inline-block;width:9px;height:9px;margin-right:.4rem}
.legend .price::before{height:2px!important;width:16px!important;background:var(--accent);vertical-align:middle}
.legend .entry::before{background:var(--ink)}
.legend .won::before{background:var(--good);border-radius:50%}
.legend .lost::before{background:var(--bad);border-radius:50%}
.legend .gap::before{background:var(--band);width:16px!important}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
th,td{padding:.22rem .6rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th{font-weight:600;vertical-align:bottom}
td.l,th:first-child{text-align:left}
td.l{white-space:normal;min-width:7rem;max-width:26rem}
td.bar{position:relative;width:180px;min-width:90px;padding:0}
td.bar i{position:absolute;top:22%;bottom:22%;background:currentColor}
th button{all:unset;cursor:pointer;font-weight:600}
th button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
th button::after{content:"↕";color:var(--dim);font-weight:400;margin-left:.25em}
th[aria-sort=ascending] button::after{content:"↑"}
th[aria-sort=descending] button::after{content:"↓"}
.trades td:nth-child(2),.trades td:nth-child(3),.trades td:nth-child(4),.trades td:nth-child(n+13),
.trades th:nth-child(2),.trades th:nth-child(3),.trades th:nth-child(4),.trades th:nth-child(n+13){text-align:left}
.trades td{font-size:13px}
.heat td{border:1px solid var(--page);text-align:center}
.heat tbody th{text-align:right}
.pair{display:flex;flex-wrap:wrap;gap:1rem 2rem;align-items:center}
.square{flex:0 1 330px;min-width:0}
.square svg{display:block;width:100%;aspect-ratio:1}
.square circle{fill:var(--accent);fill-opacity:.55;stroke:var(--accent)}
.square path{fill:none;stroke:var(--line)}.square .diagonal{stroke:var(--dim);stroke-dasharray:4 4}
.square text{fill:var(--dim);font-size:12px}
.pair .wide{min-width:0}
.paper{display:none}
@media(max-width:640px){body{padding:1rem .8rem 3rem;font-size:14.5px}.plot{margin-left:3.9rem;height:200px}
.plot.low{height:100px}.tiles{grid-template-columns:1fr 1fr}dl.facts{grid-template-columns:1fr}dl.facts dd{margin-bottom:.4rem}
th,td{padding:.22rem .4rem}}
@media print{:root{color-scheme:light;--ink:#000;--dim:#444;--page:#fff;--card:#fff;--line:#bbb;--accent:#1f4fbf;
--good:#0b6534;--bad:#a31b28;--warn:#7a5200;--band:#9a670040}
@page{margin:14mm}
body{max-width:none;padding:0;font-size:10pt}nav,.tip,.cross,th button::after{display:none}.paper{display:inline}
.wide{overflow:visible}table{font-size:8pt}.trades td{font-size:6.4pt}.trades th{font-size:6.4pt;white-space:normal}
.trades th,.trades td{padding:.1rem .18rem}.trades td:nth-child(4){white-space:normal;overflow-wrap:break-word;min-width:9em}
.trades th:nth-child(12),.trades td:nth-child(12){display:none}
.trades tbody tr:nth-child(n+61){display:none}tr,.tiles div{break-inside:avoid}h2{break-after:avoid}
.markets{grid-template-columns:1fr 1fr}.plot{height:150px}.plot.low{height:80px}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
