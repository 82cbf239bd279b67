/** Finds the way to the engine: the desktop window's message port, or the loopback host's WebSocket. */
import type { Problem } from '../../shared/problem';
import { createEngineLine, type EngineLine } from './client';
import { connectPort, type DesktopBridge } from './port-channel';
import { connectSocket } from './socket-channel';

export interface Connected {
  readonly line: EngineLine;
  /** Resolves when the first channel stands; a Problem when none can be had. */
  readonly ready: Promise<Problem | null>;
}

function desktopBridge(): DesktopBridge | null {
  const bridge: unknown = Reflect.get(globalThis, 'throughline');
  return isBridge(bridge) ? bridge : null;
}

function isBridge(value: unknown): value is DesktopBridge {
  return (
    typeof value === 'object' && value !== null && 'connect' in value && typeof value.connect === 'function'
  );
}

export function connectEngine(): Connected {
  const line = createEngineLine();
  const bridge = desktopBridge();
  const ready = bridge === null ? connectSocket(line) : connectPort(line, bridge);
  return { line, ready };
}
