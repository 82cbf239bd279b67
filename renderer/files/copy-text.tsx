/** A value that is there to be copied: a hash, a path. */
import { Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { useAnnounce } from '../state/hooks';
import { IconButton } from '../ui/button';

export function CopyText({ text, what }: { readonly text: string; readonly what: string }): ReactNode {
  const announce = useAnnounce();
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text).then(
      () => announce(`${what} was copied`),
      () => announce('The clipboard cannot be written'),
    );
  };
  return (
    <span className="copy-text">
      <span className="mono">{text}</span>
      <IconButton label={`Copy ${what.charAt(0).toLowerCase()}${what.slice(1)}`} onClick={() => void copy()}>
        <Copy />
      </IconButton>
    </span>
  );
}
