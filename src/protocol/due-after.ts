/** How long after its shipment, and after each proof of it, a proof of a device is owed, unless its shipment says less or more. */
export const DUE_AFTER_DAYS = 30;
