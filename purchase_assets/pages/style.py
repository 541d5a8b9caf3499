"""The pages' one style sheet: system fonts, light and dark, from a phone's width upwards."""

STYLE = """
:root { --pa-ink: #1b2733; --pa-muted: #4d5b69; --pa-line: #ccd5dd; --pa-paper: #ffffff;
  --pa-accent: #0b5cad; --pa-yes: #0f6b3a; --pa-no: #56616c; --pa-warn: #7a4100;
  --pa-warn-paper: #fff3dc; --pa-card: #f6f8fa; --pa-bad: #a61b1b; }
@media (prefers-color-scheme: dark) { :root { --pa-ink: #e8edf2; --pa-muted: #b3bfca;
  --pa-line: #44515e; --pa-paper: #0b0f19; --pa-accent: #82bbf7; --pa-yes: #16804a;
  --pa-no: #56616c; --pa-warn: #ffd591; --pa-warn-paper: #3d2a08; --pa-card: #18202c;
  --pa-bad: #ff9d9d; } }
.pa, .pa p, .pa li, .pa td, .pa th, .pa h1, .pa h2, .pa h3, .pa label, .pa summary {
  color: var(--pa-ink); }
.pa { font-family: system-ui, Arial, sans-serif; line-height: 1.45; }
.pa h1, .pa h2, .pa h3 { font-weight: 700; }
.pa h1 { font-size: 1.6rem; margin: .2rem 0; }
.pa h2 { font-size: 1.2rem; margin: 1rem 0 .4rem; }
.pa a { color: var(--pa-accent); text-decoration: underline; }
.pa a:focus-visible, .pa summary:focus-visible, .pa textarea:focus-visible,
.pa button:focus-visible, .pa input:focus-visible, .pa-wide:focus-visible {
  outline: 3px solid var(--pa-accent); outline-offset: 2px; }
.pa nav { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
.pa nav a { padding: .3rem 0; }
.pa .pa-muted { color: var(--pa-muted); font-size: .92rem; }
.pa .pa-warning { background: var(--pa-warn-paper); color: var(--pa-warn);
  border-left: 4px solid var(--pa-warn); padding: .6rem .8rem; margin: .5rem 0; }
.pa ol.pa-cards, .pa ul.pa-cards { list-style: none; margin: .4rem 0; padding: 0;
  display: grid; gap: .4rem; }
.pa li.pa-card { display: grid; grid-template-columns: 12rem 3.2rem 15rem 1fr; gap: .2rem 1rem;
  align-items: center; background: var(--pa-card); border: 1px solid var(--pa-line);
  border-radius: 6px; padding: .5rem .8rem; }
.pa-product { font-weight: 700; overflow-wrap: anywhere; }
.pa-label { font-weight: 400; color: var(--pa-no); }
.pa-answer { color: #fff; border-radius: 4px; text-align: center; font-weight: 700;
  padding: .1rem .4rem; }
.pa-yes { background: var(--pa-yes); }
.pa-no { background: var(--pa-no); }
.pa-bar { display: inline-block; width: 4.5rem; height: .6rem; background: var(--pa-line);
  border-radius: 3px; overflow: hidden; margin-right: .4rem; }
.pa-bar span { display: block; height: 100%; background: var(--pa-accent); }
.pa summary { cursor: pointer; padding: .5rem 0; }
.pa ol.pa-plain { list-style: decimal; padding-left: 1.6rem; }
.pa-wide { overflow-x: auto; max-height: 32rem; overflow-y: auto; }
.pa-whole { max-height: none; }
.pa-lines { white-space: pre-line; }
.pa-wide td.pa-long { min-width: min(22rem, 60vw); }
.pa table { border-collapse: collapse; width: 100%; font-size: .92rem; }
.pa th, .pa td { border-bottom: 1px solid var(--pa-line); padding: .35rem .6rem;
  text-align: left; vertical-align: top; }
.pa th { background: var(--pa-card); }
.pa textarea.pa-copy { width: 100%; font-family: ui-monospace, monospace; font-size: .85rem;
  color: var(--pa-ink); background: var(--pa-paper); border: 1px solid var(--pa-line); }
.pa a.pa-button { display: inline-block; border: 1px solid var(--pa-accent); border-radius: 6px;
  padding: .4rem .9rem; }
.html-container { padding: 0 !important; }
.pa-ask { align-items: flex-end !important; }
body.pa { background: var(--pa-paper); margin: 0 auto; max-width: 78rem; padding: 1rem 1.2rem; }
.pa .pa-pictures { display: grid; gap: 1rem; margin: 1rem 0;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.pa figure { margin: 0; border: 1px solid var(--pa-line); border-radius: 6px; padding: .8rem; }
.pa figcaption { font-weight: 700; color: var(--pa-ink); }
.pa figure svg { width: 100%; height: auto; display: block; }
.pa .pa-legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: 0;
  padding: 0; font-size: .88rem; }
.pa .pa-legend span { display: inline-block; width: .8rem; height: .8rem; margin-right: .35rem;
  border-radius: 2px; background: currentColor; }
svg text { fill: var(--pa-muted); font: 11px system-ui, Arial, sans-serif; }
svg .pa-axis { stroke: var(--pa-line); }
svg .pa-limit { stroke: var(--pa-bad); stroke-dasharray: 5 4; }
.pa .pa-legend .pa-limit { color: var(--pa-bad); }
svg .pa-band { fill: currentColor; opacity: .15; } .pa .pa-legend .pa-band { opacity: .4; }
.pa-s0 { color: var(--pa-accent); } .pa-s1 { color: #c2700a; } .pa-s2 { color: var(--pa-bad); }
.pa-s3 { color: #7d8894; }
.pa .pa-bad { color: var(--pa-bad); font-weight: 700; }
.pa .pa-message { border-left: 4px solid var(--pa-yes); background: var(--pa-card);
  padding: .6rem .8rem; }
.pa .pa-refused { border-left: 4px solid var(--pa-bad); background: var(--pa-card);
  padding: .6rem .8rem; }
.pa .pa-verdict { font-size: 1.4rem; font-weight: 700; }
.pa .pa-verdict span { font-weight: 400; }
.pa h1 { overflow-wrap: anywhere; }
.pa table.pa-counts { width: auto; }
.pa .pa-number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.pa .pa-small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); }
.pa figure p { margin: .2rem 0; font-size: .88rem; }
.pa .pa-ends, .pa .pa-share { display: flex; justify-content: space-between; gap: .6rem; }
.pa .pa-share > span:first-child { flex: 1; overflow-wrap: anywhere; }
.pa form { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: .6rem 0; }
.pa form > .pa-wide, .pa form > p { flex: 1 0 100%; max-width: 100%; margin: 0; }
.pa td label, .pa td.pa-fact { white-space: nowrap; }
.pa form > label { display: flex; flex-direction: column; font-size: .9rem; }
.pa input, .pa select { font: inherit; padding: .35rem .5rem; border: 1px solid var(--pa-muted);
  border-radius: 4px; background: var(--pa-paper); color: var(--pa-ink); }
.pa button { font: inherit; padding: .45rem 1rem; border-radius: 6px; cursor: pointer;
  border: 1px solid #0b5cad; background: #0b5cad; color: #fff; }
.pa button.pa-quiet { background: transparent; color: var(--pa-accent);
  border-color: var(--pa-accent); }
.pa code { font-size: .85rem; overflow-wrap: anywhere; }
.pa pre { overflow-x: auto; background: var(--pa-card); padding: .6rem; }
button[role=tab].selected { color: var(--pa-accent) !important; }
.pa .pa-big { font-size: 1.15rem; font-weight: 600; }
.pa ol.pa-calls { padding-left: 1.6rem; }
.pa ol.pa-calls > li { margin: .8rem 0; }
.pa ol.pa-calls h3 { margin: 0; font-size: 1rem; }
.pa .pa-files { display: flex; flex-wrap: wrap; gap: .6rem; }
@media print {
  .pa nav, .pa-ask, .pa-files, .tab-wrapper, button { display: none !important; }
  .pa li.pa-card, .pa ol.pa-calls > li { break-inside: avoid; }
}
@media (max-width: 700px) {
  .pa li.pa-card { grid-template-columns: 1fr auto; }
  .pa-chance, .pa-reason { grid-column: 1 / -1; }
  .pa-wide td:first-child:not(.pa-fact) { max-width: 7rem; overflow-wrap: anywhere; }
}
"""
