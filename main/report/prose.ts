/**
 * The text of a finding: paragraphs, lists, bold, italic and code of Markdown, each only where it is plainly meant.
 * No links, no pictures, no HTML: what looks like them stays text.
 */
import { escapeHtml, Html } from './html';

export function prose(text: string): Html {
  const blocks = text.replaceAll('\r\n', '\n').split(/\n{2,}/);
  return new Html(blocks.map(block).join('\n'));
}

function block(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return '';
  if (lines.every((line) => /^\s*[-*] /.test(line))) return list('ul', lines, /^\s*[-*] /);
  if (lines.every((line) => /^\s*\d{1,3}[.)] /.test(line))) return list('ol', lines, /^\s*\d{1,3}[.)] /);
  const [first = ''] = lines;
  const heading = /^#{1,6} (.*)$/.exec(first);
  if (heading) {
    const rest = lines.slice(1).join('\n');
    return `<p class="lead">${inline(heading[1] ?? '')}</p>${rest === '' ? '' : block(rest)}`;
  }
  return `<p>${lines.map(inline).join('<br>')}</p>`;
}

function list(tag: 'ul' | 'ol', lines: readonly string[], mark: RegExp): string {
  return `<${tag}>${lines.map((line) => `<li>${inline(line.replace(mark, ''))}</li>`).join('')}</${tag}>`;
}

/** Code first, for nothing within it means anything. */
function inline(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part, index) =>
      index % 2 === 1 ? `<code>${escapeHtml(part.slice(1, -1))}</code>` : emphasis(escapeHtml(part)),
    )
    .join('');
}

function emphasis(escaped: string): string {
  return escaped
    .replace(/\*\*(\S(?:[^*]*\S)?)\*\*/g, '<strong>$1</strong>')
    .replace(/(^|[\s(])\*(\S(?:[^*]*\S)?)\*(?=$|[\s).,;:!?])/g, '$1<em>$2</em>');
}
