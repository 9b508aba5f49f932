/** Milliseconds of simulated minus real time, shared between threads: element 0 of a Float64Array over it. */
export type ClockOffset = SharedArrayBuffer;

/** Makes the shared cell that threads read the clock's offset from. */
export const createClockOffset = (): ClockOffset => new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);

/** Writes the offset for every thread that holds the cell. */
export const writeClockOffset = (cell: ClockOffset, offsetMs: number): void => {
  new Float64Array(cell)[0] = offsetMs;
};

/**
 * Replaces this thread's Date by one that lives in simulated time. Timers and performance.now stay real, so that
 * waiting and time limits cost what they cost; code under it needs to know nothing.
 */
export const installSimulatedDate = (cell: ClockOffset): void => {
  const offset = new Float64Array(cell);
  const RealDate = Date;
  const now = () => RealDate.now() + Math.round(offset[0] ?? 0);
  const SimulatedDate = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : (Reflect.get(target, property, receiver) as unknown)),
  });
  Object.defineProperty(RealDate.prototype, 'constructor', { value: SimulatedDate, configurable: true, writable: true });
  globalThis.Date = SimulatedDate;
};
