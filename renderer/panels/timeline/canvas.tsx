/** A canvas that is sharp at every zoom and draws again whenever what it shows has changed. */
import { type ReactNode, useEffect, useRef } from 'react';

export interface CanvasProps {
  readonly width: number;
  readonly height: number;
  readonly draw: (context: CanvasRenderingContext2D) => void;
}

export function Canvas({ width, height, draw }: CanvasProps): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined || width <= 0 || height <= 0) return;
    const ratio = window.devicePixelRatio;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    draw(context);
  });
  return (
    <canvas
      ref={canvas}
      className="timeline-canvas"
      style={{ width: Math.max(0, width), height: Math.max(0, height) }}
    />
  );
}
