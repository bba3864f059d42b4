import { Import } from '../import/import.tsx';
import { importKind } from '../import/kind.ts';
import { deviceImportWords } from './words.ts';

const DEVICES = importKind('importDevices', {
  touches: ['device'],
  columns: 'kind,model,serial,tpmEkSha256,hostKeySha256,nvidiaChipKeySha256,facilityId,partyId',
  list: '/devices',
  idName: 'deviceId',
  reportName: 'device-import-report.csv',
  tones: { created: 'good', changed: 'info', unchanged: 'idle', rejected: 'bad' },
  words: deviceImportWords,
});

/** Devices of a shipment, from a file. */
export default function DeviceImport() {
  return <Import kind={DEVICES} />;
}
