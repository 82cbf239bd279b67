/** The one time module: civil dates, zones, wall time to instants, text. Microseconds since 1970 throughout. */
export * from './time/civil';
export * from './time/format';
export * from './time/parse';
export * from './time/wall';
export * from './time/year';
export * from './time/zone';
