import { describe, expect, it } from 'vitest';
import { createTimeWindow, settleWindow } from './time-window';

const extent = { from: 0, to: 1_000_000 };

describe('time window', () => {
  it('is everything when it would be wider than everything', () => {
    expect(settleWindow({ from: -5, to: 2_000_000 }, extent)).toBeNull();
  });

  it('never gets narrower than a few microseconds', () => {
    const settled = settleWindow({ from: 500, to: 500 }, extent);
    expect(settled!.to - settled!.from).toBe(10);
  });

  it('is no narrower than the times of the events can tell apart', () => {
    const store = createTimeWindow();
    store.getState().setExtent({ from: 0, to: 3_600_000_000 });
    store.getState().setStep(1_000_000);
    store.getState().setWindow({ from: 60_000_000, to: 60_000_500 });
    expect(store.getState().window).toEqual({ from: 60_000_000, to: 70_000_000 });
    store.getState().zoom(2);
    expect(store.getState().window).toEqual({ from: 62_500_000, to: 72_500_000 });
    store.getState().setStep(0);
    store.getState().zoom(10);
    expect(store.getState().window).toMatchObject({ to: 68_000_000, from: 67_000_000 });
  });

  it('stays in sight of the events', () => {
    const settled = settleWindow({ from: 5_000_000, to: 5_100_000 }, extent);
    expect(settled!.from).toBeLessThan(extent.to);
  });

  it('zooms in at an instant that stays where it was, and out to everything', () => {
    const store = createTimeWindow();
    store.getState().setExtent(extent);
    store.getState().zoom(2, 250_000);
    expect(store.getState().window).toEqual({ from: 125_000, to: 625_000 });
    store.getState().zoom(0.5, 250_000);
    expect(store.getState().window).toBeNull();
  });

  it('pans by shares of its width and comes to an instant only when that is out of sight', () => {
    const store = createTimeWindow();
    store.getState().setExtent(extent);
    store.getState().setWindow({ from: 400_000, to: 500_000 });
    store.getState().pan(0.5);
    expect(store.getState().window).toEqual({ from: 450_000, to: 550_000 });
    store.getState().showTime(500_000);
    expect(store.getState().window).toEqual({ from: 450_000, to: 550_000 });
    store.getState().showTime(800_000);
    expect(store.getState().window).toEqual({ from: 750_000, to: 850_000 });
  });
});
