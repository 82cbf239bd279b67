/** Columns an inventory format may set: those of store/tables.ts, without ids the import gives. */

export const ASSET_COLUMNS = [
  'name',
  'type',
  'manufacturer',
  'model',
  'firmware_version',
  'serial_number',
  'zone_id',
  'purdue_level',
  'criticality',
  'site',
  'owner',
] as const;
export const ADDRESS_COLUMNS = ['ip', 'mac', 'host_name', 'valid_from', 'valid_to'] as const;
export const ZONE_COLUMNS = [
  'zone_id',
  'name',
  'type',
  'network',
  'purdue_level',
  'security_level_target',
  'parent',
] as const;
