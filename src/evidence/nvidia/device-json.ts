import { FormatError } from '../../bytes/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../bytes/json.ts';
import { fromUtf8 } from '../../bytes/text.ts';
import { parsePem } from '../../pki/index.ts';
import { fromBase64 } from './base64.ts';
import { MAX_REPORT_BYTES } from './spdm-report.ts';

/** One device's evidence, and what whoever collected it declares of it. */
export type CollectedDevice = {
  readonly report: Uint8Array;
  readonly certificates: readonly Uint8Array[];
  /** `HOPPER`, `BLACKWELL`, `LS10`; null where nothing is declared. */
  readonly arch: string | null;
  /** Lower-case hexadecimal; null where nothing is declared. */
  readonly nonce: string | null;
};

/** 8 GPUs and 4 switches of one host take 100 KB. */
const MAX_BYTES = 8 << 20;
const MAX_DEVICES = 256;
const MAX_CHAIN_BYTES = 32_768;

/**
 * What NVIDIA's collectors print: an array of devices, or `nvattest collect-evidence`'s object around it (`evidences`). Each
 * has `arch`, `nonce` in hexadecimal, `evidence` (the report) and `certificate` (its chain in PEM), both in base64. Other
 * members are passed over, but for `result_code`: where collecting failed there is no evidence, and the collector's own word
 * for it is the error.
 *
 * @throws FormatError
 */
export function parseDeviceJson(bytes: Uint8Array): readonly CollectedDevice[] {
  const json = parseJson(bytes, { maxBytes: MAX_BYTES });
  if (isJsonObject(json)) demandCollected(json);
  const devices = isJsonObject(json) ? json['evidences'] : json;
  if (!Array.isArray(devices) || devices.length === 0 || devices.length > MAX_DEVICES) {
    throw new FormatError('bad_value', `there is no list of 1 to ${MAX_DEVICES} devices`, {
      path: 'evidences',
    });
  }
  return devices.map((device: JsonValue, index) => readDevice(device, `evidences[${index}]`));
}

/** `nvattest` prints an object whatever happened: `evidences` is null where `result_code` is not 0. */
function demandCollected(json: { readonly [name: string]: JsonValue }): void {
  const { result_code: code = 0, result_message: message } = json;
  if (code === 0) return;
  const said = typeof message === 'string' ? message.slice(0, 200) : 'without a word';
  throw new FormatError('bad_value', `the collector failed (${String(code).slice(0, 20)}: ${said})`, {
    path: 'result_code',
    expected: '0',
    actual: String(code).slice(0, 20),
  });
}

function readDevice(device: JsonValue, path: string): CollectedDevice {
  if (!isJsonObject(device)) throw new FormatError('bad_value', `${path} is no object`, { path });
  const text = (name: string): string | null => {
    const value = device[name];
    if (value === undefined || value === null) return null;
    if (typeof value === 'string') return value;
    throw new FormatError('bad_value', `${path}.${name} is no text`, { path: `${path}.${name}` });
  };
  const pem = fromBase64(text('certificate') ?? '', `${path}.certificate`, MAX_CHAIN_BYTES);
  return {
    // Longer than any report, so that the report's own reader says what is wrong with it.
    report: fromBase64(text('evidence') ?? '', `${path}.evidence`, 2 * MAX_REPORT_BYTES),
    certificates: parsePem(fromUtf8(pem, `${path}.certificate`)),
    arch: text('arch'),
    nonce: text('nonce')?.toLowerCase().replace(/^0x/, '') ?? null,
  };
}
