/** Nothing leaves: every request but the window's own files is cancelled, every permission refused. */
import type { Session } from 'electron/main';
import { ORIGIN } from './electron';

/** True only for the window's own files. `data:` and `blob:` never reach the network stack. */
export function isOwnRequest(url: string): boolean {
  return (
    url === ORIGIN ||
    url.startsWith(`${ORIGIN}/`) ||
    url.startsWith('data:') ||
    url.startsWith(`blob:${ORIGIN}`)
  );
}

/** Closes a session in; call before any window exists. */
export function goOffline(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isOwnRequest(details.url) }));
  session.setSpellCheckerEnabled(false);
}
