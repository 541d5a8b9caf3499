"""The pages' one style sheet: system fonts, light and dark, from a phone's width upwards."""

STYLE = """
:root { --pa-ink: #1b2733; --pa-muted: #4d5b69; --pa-line: #ccd5dd; --pa-paper: #ffffff;
  --pa-accent: #0b5cad; --pa-yes: #0f6b3a; --pa-no: #56616c; --pa-warn: #7a4100;
  --pa-warn-paper: #fff3dc; --pa-card: #f6f8fa; --pa-bad: #a61b1b; --pa-well: #0f6b3a;
  --pa-second: #b25f00; --pa-third: #7d8894; --pa-on: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --pa-ink: #e8edf2; --pa-muted: #b3bfca;
  --pa-line: #44515e; --pa-paper: #0b0f19; --pa-accent: #82bbf7; --pa-yes: #16804a;
  --pa-no: #56616c; --pa-warn: #ffd591; --pa-warn-paper: #3d2a08; --pa-card: #18202c;
  --pa-bad: #ff9d9d; --pa-well: #7fd6a4; --pa-second: #f0a04b; --pa-on: #0b0f19; } }
.pa, .pa p, .pa li, .pa td, .pa th, .pa h1, .pa h2, .pa h3, .pa label, .pa summary, .pa dt,
.pa dd { color: var(--pa-ink); }
.pa { font-family: system-ui, Arial, sans-serif; line-height: 1.45; }
.pa h1, .pa h2, .pa h3 { font-weight: 700; }
.pa h1 { font-size: 1.6rem; margin: .8rem 0 .4rem; overflow-wrap: anywhere; }
.pa h2 { font-size: 1.2rem; margin: 1.6rem 0 .5rem; }
.pa h3 { font-size: 1rem; margin: .2rem 0; overflow-wrap: anywhere; }
.pa p { margin: .4rem 0; }
.pa a { color: var(--pa-accent); text-decoration: underline; }
.pa a:focus-visible, .pa summary:focus-visible, .pa textarea:focus-visible,
.pa button:focus-visible, .pa input:focus-visible, .pa-wide:focus-visible {
  outline: 3px solid var(--pa-accent); outline-offset: 2px; }
.pa code { font-size: .85rem; overflow-wrap: anywhere; }
.pa pre { overflow-x: auto; background: var(--pa-card); padding: .6rem; }
.pa .pa-muted { color: var(--pa-muted); font-size: .92rem; }
.pa .pa-lines { white-space: pre-line; }
.pa .pa-big { font-size: 1.15rem; font-weight: 600; }
.pa .pa-bad { color: var(--pa-bad); font-weight: 700; }
body.pa { background: var(--pa-paper); margin: 0 auto; max-width: 76rem;
  padding: 0 1.2rem 2rem; }

.pa-header { border-bottom: 1px solid var(--pa-line); }
.pa nav { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem 1.2rem; }
.pa nav a { padding: .6rem 0 .5rem; }
.pa-header nav a { text-decoration: none; border-bottom: 3px solid transparent; }
.pa-header nav a[aria-current], .pa-header nav a.pa-within { font-weight: 700;
  border-bottom-color: var(--pa-accent); color: var(--pa-ink); }
.pa-header nav a:hover { text-decoration: underline; }
.pa-header nav .pa-other { margin-left: auto; }
.pa-brand { font-weight: 700; color: var(--pa-muted); }
.pa-footer { border-top: 1px solid var(--pa-line); margin-top: 2rem; padding-top: .4rem; }

.pa-sign { display: inline-block; min-width: 1.5rem; height: 1.5rem; line-height: 1.5rem;
  border-radius: 50%; text-align: center; font-weight: 700; font-size: .95rem;
  color: var(--pa-on); }
.pa-sign.pa-well { background: var(--pa-well); }
.pa-sign.pa-look { background: var(--pa-second); border-radius: 4px; }
.pa-sign.pa-act { background: var(--pa-bad); border-radius: 0; }
.pa-sign.pa-unknown { background: var(--pa-muted); }
.pa .pa-answer-big { font-weight: 400; }
.pa-lights { display: grid; gap: .8rem; margin: .8rem 0;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); }
.pa-light { border: 1px solid var(--pa-line); border-top: 6px solid var(--pa-muted);
  border-radius: 6px; background: var(--pa-card); padding: .5rem .9rem .7rem; }
.pa-light.pa-well { border-top-color: var(--pa-well); }
.pa-light.pa-look { border-top-color: var(--pa-second); }
.pa-light.pa-act { border-top-color: var(--pa-bad); }
.pa .pa-light h2 { margin: 0; font-size: 1rem; }
.pa .pa-light .pa-level { font-weight: 700; font-size: 1.15rem; margin: .2rem 0; }
.pa p.pa-todo { border-left: 3px solid var(--pa-accent); padding-left: .6rem; }
.pa-case { border: 1px solid var(--pa-line); border-radius: 6px; padding: .5rem .9rem;
  margin: .6rem 0; }
.pa-case ul { margin: .3rem 0; padding-left: 1.2rem; }
.pa details.pa-fold { border-top: 1px solid var(--pa-line); }
.pa details.pa-fold > summary h3 { display: inline; }

.pa .pa-warning { background: var(--pa-warn-paper); color: var(--pa-warn);
  border-left: 4px solid var(--pa-warn); padding: .6rem .8rem; margin: .5rem 0; }
.pa .pa-message { border-left: 4px solid var(--pa-yes); background: var(--pa-card);
  padding: .6rem .8rem; }

.pa ol.pa-cards, .pa ul.pa-cards { list-style: none; margin: .4rem 0; padding: 0;
  display: grid; gap: .4rem; }
.pa li.pa-card { display: grid; grid-template-columns: 12rem 3.2rem 15rem 1fr; gap: .2rem 1rem;
  align-items: center; background: var(--pa-card); border: 1px solid var(--pa-line);
  border-radius: 6px; padding: .5rem .8rem; margin: 0; }
.pa li.pa-card.pa-offer { grid-template-columns: 14rem 15rem 1fr; }
.pa li.pa-card.pa-idea { grid-template-columns: 16rem 1fr; }
.pa-product { font-weight: 700; overflow-wrap: anywhere; }
.pa-label { font-weight: 400; color: var(--pa-muted); }
.pa-product .pa-label { display: block; font-size: .92rem; }
.pa-answer { color: #fff; border-radius: 4px; text-align: center; font-weight: 700;
  padding: .1rem .4rem; }
.pa-yes { background: var(--pa-yes); }
.pa-no { background: var(--pa-no); }
.pa-bar { display: inline-block; width: 4.5rem; height: .6rem; background: var(--pa-line);
  border-radius: 3px; overflow: hidden; margin-right: .4rem; }
.pa-bar span { display: block; height: 100%; background: var(--pa-accent); }
.pa-bar.pa-limited { background: linear-gradient(to right, var(--pa-line) 49%, var(--pa-ink) 49%,
  var(--pa-ink) 51%, var(--pa-line) 51%); }
.pa-bar .pa-over { background: var(--pa-bad); }
.pa summary { cursor: pointer; padding: .5rem 0; }
.pa ol.pa-plain { list-style: decimal; padding-left: 1.6rem; }
.pa ol.pa-calls { padding-left: 1.6rem; }
.pa ol.pa-calls > li { margin: .8rem 0; }
.pa ol.pa-calls h2 { margin: 0; font-size: 1rem; }
.pa .pa-files { display: flex; flex-wrap: wrap; gap: .6rem; }
.pa a.pa-button { display: inline-block; border: 1px solid var(--pa-accent); border-radius: 6px;
  padding: .4rem .9rem; text-decoration: none; }

.pa-wide { overflow: auto; max-height: 32rem; }
.pa-wide td.pa-long { min-width: min(22rem, 60vw); }
.pa table { border-collapse: collapse; width: 100%; font-size: .92rem; }
.pa th, .pa td { border-bottom: 1px solid var(--pa-line); padding: .35rem .6rem;
  text-align: left; vertical-align: top; }
.pa th { background: var(--pa-card); }
.pa td label, .pa td.pa-fact { white-space: nowrap; }
.pa .pa-number { white-space: nowrap; font-variant-numeric: tabular-nums; }
.pa dl.pa-counts { display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; margin: .8rem 0; }
.pa dl.pa-counts dt { color: var(--pa-muted); font-size: .88rem; }
.pa dl.pa-counts dd { margin: 0; font-size: 1.25rem; font-weight: 700; }
.pa dl.pa-values { display: flex; flex-wrap: wrap; gap: .1rem .9rem; margin: 0; min-width: 16rem; }
.pa dl.pa-values div { display: flex; gap: .3rem; }
.pa dl.pa-values dt { color: var(--pa-muted); }
.pa dl.pa-values dd { margin: 0; font-family: ui-monospace, monospace; font-size: .85rem;
  overflow-wrap: anywhere; }

.pa .pa-pictures { display: grid; gap: 1rem; margin: .6rem 0;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
.pa .pa-small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); }
.pa figure { margin: 0; border: 1px solid var(--pa-line); border-radius: 6px; padding: .8rem; }
.pa figcaption { font-weight: 700; color: var(--pa-ink); }
.pa figure p { margin: .2rem 0; font-size: .88rem; }
.pa figure svg { width: 100%; height: auto; display: block; }
.pa .pa-legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: 0;
  padding: 0; font-size: .88rem; }
.pa .pa-legend span { display: inline-block; width: .8rem; height: .8rem; margin-right: .35rem;
  border-radius: 2px; background: currentColor; }
svg text { fill: var(--pa-muted); font: 13px system-ui, Arial, sans-serif; }
svg .pa-beyond { fill: var(--pa-bad); font-weight: 700; }
svg .pa-axis { stroke: var(--pa-line); }
svg .pa-limit { stroke: var(--pa-bad); stroke-dasharray: 5 4; }
.pa .pa-legend .pa-limit { color: var(--pa-bad); }
svg .pa-band { fill: currentColor; opacity: .15; } .pa .pa-legend .pa-band { opacity: .4; }
.pa-s0 { color: var(--pa-accent); } .pa-s1 { color: var(--pa-second); }
.pa-s2 { color: var(--pa-bad); } .pa-s3 { color: var(--pa-third); }
.pa .pa-ends, .pa .pa-share { display: flex; justify-content: space-between; gap: .6rem; }
.pa .pa-share > span:first-child { flex: 1; overflow-wrap: anywhere; }

.pa form { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: .6rem 0; }
.pa form > .pa-wide, .pa form > p { flex: 1 0 100%; max-width: 100%; margin: 0; }
.pa form > label { min-width: 0; max-width: 100%; display: flex; flex-direction: column;
  font-size: .9rem; }
.pa input, .pa select { font: inherit; padding: .35rem .5rem; border: 1px solid var(--pa-muted);
  border-radius: 4px; background: var(--pa-paper); color: var(--pa-ink); max-width: 100%; }
.pa input[type=checkbox] { width: 1.1rem; height: 1.1rem; vertical-align: middle; }
.pa button { font: inherit; padding: .45rem 1rem; border-radius: 6px; cursor: pointer;
  border: 1px solid #0b5cad; background: #0b5cad; color: #fff; }
.pa button.pa-quiet { background: transparent; color: var(--pa-accent);
  border-color: var(--pa-accent); }

.html-container { padding: 0 !important; }
.pa-ask { align-items: flex-end !important; }
.gradio-container .form { background: transparent !important; border: 0 !important;
  gap: .8rem !important; overflow: visible !important; }
button[role=tab].selected { color: var(--pa-accent) !important; }
@media print {
  .pa nav, .pa-ask, .pa-files, .tab-wrapper, button { display: none !important; }
  .pa li.pa-card, .pa ol.pa-calls > li { break-inside: avoid; }
}
@media (max-width: 700px) {
  body.pa { padding: 0 .8rem 2rem; }
  .pa h1 { font-size: 1.25rem; }
  .pa-brand { width: 100%; padding-top: .4rem; }
  .pa li.pa-card, .pa li.pa-card.pa-offer, .pa li.pa-card.pa-idea {
    grid-template-columns: 1fr auto; }
  .pa-chance, .pa-reason { grid-column: 1 / -1; }
  .pa-wide { max-height: none; }
  .pa table.pa-rows, .pa .pa-rows tbody, .pa .pa-rows tr, .pa .pa-rows td { display: block; }
  .pa .pa-rows thead { display: none; }
  .pa .pa-rows tr { border: 1px solid var(--pa-line); border-radius: 6px; margin: .5rem 0;
    padding: .3rem .6rem; }
  .pa .pa-rows td, .pa .pa-rows td.pa-long { border: 0; padding: .15rem 0; min-width: 0;
    overflow-wrap: anywhere; white-space: normal; }
  .pa .pa-rows td::before { content: attr(data-label) ": "; color: var(--pa-muted);
    font-size: .88rem; }
  .pa dl.pa-values { min-width: 0; }
}
"""
