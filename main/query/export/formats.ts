/** The kinds of exported files: every `formats/*.ts` that exports `exportFormat`. Nothing is registered by hand. */
import type { ExportFormat } from './export-format';

const modules: Record<string, { readonly exportFormat?: ExportFormat }> = import.meta.glob(
  ['./formats/*.ts', '!./formats/*.test.ts'],
  { eager: true },
);

export const EXPORT_FORMATS: readonly ExportFormat[] = Object.values(modules).flatMap(({ exportFormat }) =>
  exportFormat === undefined ? [] : [exportFormat],
);

export function exportFormat(id: string): ExportFormat | undefined {
  return EXPORT_FORMATS.find((format) => format.id === id);
}
