import { told } from './told.ts';

/** What a level asks for (src/appraisal/levels.ts). */
export const LEVEL_REASONS = told({
  'device.not-attested': [
    '장치가 스스로를 증명하지 않았습니다.',
    '장치의 하드웨어에 직접 물을 수 있는 호스트에서 증명하십시오.',
  ],
  'host.no-matching-reference-set': [
    '측정된 호스트의 상태가 승인된 어떤 참조값과도 맞지 않습니다.',
    '표시된 차이를 비교하고, 승인된 이미지로 부팅하거나 이 이미지의 참조값을 승인받으십시오.',
  ],
  'host.not-sealed': [
    '호스트의 소유자가 키를 다른 곳으로 가져갈 수 있습니다(operator-extractable).',
    '봉인된(sealed) 참조값으로 기밀 게스트에서 실행하십시오. TPM만으로는 G2까지 됩니다.',
  ],
  'place.not-proven-inside': [
    '호스트가 승인된 지역 안에 있다는 것이 입증되지 않았습니다.',
    '랜드마크의 측정에 답하고, 시설 가까이에 랜드마크를 더 요청하십시오.',
  ],
  'place.grade-too-low': [
    '위치 입증의 등급이 A도 B도 아닙니다.',
    'A 또는 B 등급으로 측정하는 랜드마크에 답하십시오.',
  ],
  'place.one-liar-suffices': [
    '랜드마크 운영자 하나가 거짓을 말하면 위치 입증이 무너집니다(f < 1).',
    '시설 가까이에 더 많은 운영자의 랜드마크를 두게 하십시오.',
  ],
  'device.not-bound-to-host': [
    '장치의 보고서가 다른 곳의 기계에서 전달되었을 수 있습니다.',
    'TDISP를 쓰거나, 장치를 통해 난스의 시간을 잴 수 있는 호스트를 쓰십시오.',
  ],
  'place.not-inside-geofence': [
    '현장의 랜드마크가 호스트를 시설 울타리 안에서 입증하지 않았습니다.',
    '현장에 랜드마크를 운영하십시오.',
  ],
  'audit.absent': ['시설에 날짜가 있는 독립 감사가 없습니다.', '시설을 감사받고 그 결과를 제출하십시오.'],
  'audit.tamper-signal': ['시설에 해소되지 않은 훼손 신호가 있습니다.', '신호를 조사하여 종결하게 하십시오.'],
});
