/**
 * The drawing of a chart, let through only when it is nothing but shapes and text: a fixed list of elements and
 * attributes, no links, no script, nothing fetched.
 */
import { Html, showControls } from './html';

const ELEMENTS = new Set(
  'svg g path rect circle ellipse line polyline polygon text tspan defs clippath lineargradient radialgradient stop pattern title desc style'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set(
  (
    'xmlns version baseprofile width height viewbox x y x1 y1 x2 y2 cx cy r rx ry d points transform fill fill-opacity stroke ' +
    'stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity ' +
    'font-size font-family font-weight font-style text-anchor dominant-baseline alignment-baseline xml:space clip-path clip-rule fill-rule ' +
    'xmlns:xlink pointer-events id class style offset stop-color stop-opacity gradientunits gradienttransform patternunits patterntransform paint-order ' +
    'preserveaspectratio dx dy textlength visibility display role aria-label'
  ).split(' '),
);
const TAG = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;

/** Null where anything else is in it. */
export function drawnSvg(text: string): Html | null {
  const svg = text.trim();
  if (!svg.startsWith('<svg') || !svg.endsWith('</svg>')) return null;
  for (let at = 0; at < svg.length; ) {
    if (svg[at] !== '<') {
      at = svg.indexOf('<', at);
      if (at < 0) return null;
      continue;
    }
    TAG.lastIndex = at;
    const tag = TAG.exec(svg);
    if (!tag || !ELEMENTS.has((tag[2] ?? '').toLowerCase()) || !soundAttributes(tag[3] ?? '')) return null;
    at = TAG.lastIndex;
    if ((tag[2] ?? '').toLowerCase() !== 'style' || tag[1] === '/') continue;
    const end = svg.indexOf('</style>', at);
    if (end < 0 || !isPlainStyle(svg.slice(at, end))) return null;
    at = end;
  }
  return new Html(showControls(svg));
}

function soundAttributes(text: string): boolean {
  for (const [, name = '', quoted = ''] of text.matchAll(/([\w:-]+)\s*=\s*("[^"]*"|'[^']*')/g)) {
    if (!ATTRIBUTES.has(name.toLowerCase()) && !/^(?:data-|ecmeta_)[\w-]+$/i.test(name)) return false;
    if (!isPlainStyle(quoted.slice(1, -1))) return false;
  }
  return true;
}

/** References only to parts of the drawing itself; no import, no escape that could hide one. */
function isPlainStyle(text: string): boolean {
  const value = text.toLowerCase();
  if (/javascript:|expression\(|@import|\\/.test(value)) return false;
  return [...value.matchAll(/url\(\s*['"]?(?:&quot;)?([^)]*)/g)].every(([, target = '']) =>
    target.startsWith('#'),
  );
}
