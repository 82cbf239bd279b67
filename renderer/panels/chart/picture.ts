/** Pictures of a chart as files. */
import { type ChartInput, chartPicture } from '../../../shared/chart/option';
import type { Drawing } from './use-drawing';

const WIDTH = 1200;
const HEIGHT = 640;

/** The same chart for paper: its own size, with the legend in it. */
function optionOf(input: ChartInput): {
  readonly option: Readonly<Record<string, unknown>>;
  readonly height: number;
} {
  const paper = { ...input, width: WIDTH, height: HEIGHT, tooltip: false, legend: true };
  const height = Math.max(HEIGHT, Math.min(6000, chartPicture(paper).leastHeight));
  return { option: chartPicture({ ...paper, height }).option, height };
}

function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function fileName(title: string, end: string): string {
  const plain = title
    .replace(/[^\p{L}\p{N} ._-]+/gu, ' ')
    .trim()
    .slice(0, 80);
  return `${plain === '' ? 'chart' : plain}.${end}`;
}

export function downloadSvg(drawing: Drawing, input: ChartInput, words: string, title: string): boolean {
  const { option, height } = optionOf(input);
  const svg = drawing.svgOf(option, WIDTH, height, words, input.theme.ground);
  download(new Blob([svg], { type: 'image/svg+xml' }), fileName(title, 'svg'));
  return true;
}

export async function downloadPng(drawing: Drawing, input: ChartInput, title: string): Promise<boolean> {
  const { option, height } = optionOf(input);
  const blob = await drawing.pngOf(option, WIDTH, height, input.theme.ground);
  if (blob === null) return false;
  download(blob, fileName(title, 'png'));
  return true;
}
