/** The look of the report, on screen and on paper. Fonts are those of the reader's computer: the page carries none. */
export const STYLE = `
:root { --ink: #1a1f24; --faint: #5a6570; --line: #d9dde1; --ground: #fff; }
* { box-sizing: border-box; }
html { font: 14px/1.5 Inter, system-ui, sans-serif; color: var(--ink); background: var(--ground); font-variant-numeric: tabular-nums; }
body { margin: 0 auto; max-width: 1180px; padding: 40px 32px 64px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; font-weight: 650; }
h2 { font-size: 17px; margin: 40px 0 8px; padding-bottom: 4px; border-bottom: 1px solid var(--line); font-weight: 620; }
h3 { font-size: 15px; margin: 28px 0 6px; font-weight: 620; }
h4 { font-size: 13px; margin: 18px 0 4px; font-weight: 600; }
p, ul, ol { max-width: 72ch; margin: 6px 0; }
.lead { font-weight: 600; }
.faint, .told { color: var(--faint); font-size: 12px; }
.told { margin: 4px 0; }
code, .mono { font-family: "JetBrains Mono", ui-monospace, Consolas, monospace; font-size: 12px; }
code { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 20px; margin: 8px 0; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 12px; line-height: 1.4; }
th { text-align: left; font-weight: 600; color: var(--faint); border-bottom: 1px solid var(--ink); padding: 3px 10px 3px 0; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: 3px 10px 3px 0; vertical-align: top; overflow-wrap: anywhere; }
td.time { white-space: nowrap; font-family: "JetBrains Mono", ui-monospace, Consolas, monospace; }
td.where { overflow-wrap: normal; }
td.words { overflow-wrap: break-word; }
td.file { min-width: 21em; }
.hash { font-family: "JetBrains Mono", ui-monospace, Consolas, monospace; font-size: 11px; color: var(--faint); }
td.number, th.number { text-align: right; white-space: nowrap; }
.null { color: #9aa4ae; }
figure { margin: 12px 0; break-inside: avoid; }
figcaption { font-size: 12px; color: var(--faint); }
svg { max-width: 100%; height: auto; }
nav ol { columns: 2; }
a { color: inherit; }
@media print {
  @page { margin: 14mm 12mm; }
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  h3, h4 { break-after: avoid; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  .wide { overflow: visible; }
  /* Twelve columns of the ledger stand side by side on A4. */
  table { font-size: 7.5pt; }
  td, th { padding-right: 6px; }
  .hash { font-size: 7pt; }
  td.file { min-width: 16em; }
  td .faint { font-size: inherit; }
  nav { display: none; }
}
`;
