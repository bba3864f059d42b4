import { type ToldReasons, told } from './told.ts';

const HELD = '허가 당국이 사유를 적어 보류를 해제해야 합니다.';
const AMEND = '허가 당국에 허가 변경을 요청하십시오.';

/** Of these the licence's holder alone can mend anything, and whoever runs a host under it, or audits it, reads them too. */
const OF_HOLDER = /^(?:licence|pack|party|ledger|quota)\./;
const ASK_HOLDER = '허가 보유자가 아니면 허가 보유자에게 문의하십시오.';

const REASONS = told({
  'licence.not-yet-valid': ['허가 기간이 아직 시작되지 않았습니다.', '허가 시작일까지 기다리십시오.'],
  'licence.expired': ['허가 기간이 끝났습니다.', '허가 당국에 새 허가를 신청하십시오.'],
  'licence.suspended': ['허가가 정지되었습니다.', '허가 당국에 정지 사유를 묻고 재개를 요청하십시오.'],
  'licence.revoked': ['허가가 취소되었습니다.', '허가 당국에 새 허가를 신청하십시오.'],
  'licence.held': ['허가가 심사를 위해 보류되어 있습니다.', HELD],
  'licence.devices-missing': [
    '허가에 속한 장치 중 행방을 입증하지 못한 것이 허용 비율을 넘습니다.',
    '없어진 것으로 표시된 장치를 그 호스트에서 증명하십시오. 그럴 수 없으면 허가 당국에 알리십시오.',
  ],
  'licence.no-devices': ['허가에 장치가 하나도 없습니다.', '허가에 장치를 지정하십시오.'],
  'licence.no-models': ['허가에 모델과 수량이 없습니다.', '모델과 수량을 적도록 허가 변경을 요청하십시오.'],
  'licence.no-rule-packs': [
    '허가에 적용할 규칙 묶음이 없습니다.',
    '규칙 묶음을 지정하거나 없음을 명시하여 허가를 새로 받으십시오.',
  ],
  'licence.too-many-of-model': [
    '한 모델의 장치를 허가된 수량보다 많이 요청했습니다.',
    '그 모델의 장치를 줄여 요청하거나 허가 변경을 요청하십시오.',
  ],
  'pack.not-in-force': [
    '허가가 지정한 규칙 묶음이 시행 중이 아닙니다.',
    '규칙 묶음을 승인받거나, 시행 중인 규칙 묶음으로 허가를 새로 받으십시오: sextant trust list.',
  ],
  'pack.unsound': [
    '규칙 묶음에 결함이 있어 결정에 쓸 수 없습니다.',
    '규칙 묶음을 점검하고(sextant policy check) 온전한 판을 승인받으십시오.',
  ],
  'pack.owners-undeclared': [
    '소유 관계가 최상위 모회사까지 신고되지 않았습니다.',
    '날짜가 있는 출처와 함께 최상위까지 소유자를 신고하거나 스스로 최상위임을 신고하십시오: sextant party change.',
  ],
  'pack.model-uncounted': [
    '모델을 알 수 없어 수량에 넣지 못한 장치가 있습니다.',
    '수출자가 모델을 신고하거나, 그 모델이 있는 칩 표를 승인받거나, 장치를 폐기하십시오.',
  ],
  'pack.group-too-large': [
    '한 기업 집단의 회사가 너무 많아 셀 수 없습니다.',
    '등록부의 소유 관계를 바로잡으십시오.',
  ],
  'pack.input-invalid': ['요청을 읽을 수 없습니다.', '요청을 docs/rule-packs.md에 적힌 형식으로 보내십시오.'],
  'pack.action-not-decided': [
    '규칙 묶음이 이 행위를 다루지 않습니다.',
    '이 행위를 다루는 규칙 묶음을 허가에 지정하십시오.',
  ],
  'pack.attribute-missing': [
    '규칙 묶음에 필요한 사실이 알려져 있지 않습니다.',
    '빠진 사실을 등록하거나 입증하십시오. 추정하는 것은 없습니다.',
  ],
  'pack.chip-unknown': [
    '규칙 묶음이 이 칩 모델을 모릅니다.',
    '그 칩을 넣은 규칙 묶음의 새 판을 승인받으십시오.',
  ],
  'pack.error': ['규칙을 계산하지 못했습니다.', '규칙 묶음을 점검하십시오: sextant policy explain.'],
  'request.purpose-not-named': [
    '허가에 적힌 용도와 다른 용도로 요청했습니다.',
    '허가에 적힌 용도로 요청하거나 허가 변경을 요청하십시오.',
  ],
  'request.no-chips': ['요청한 칩이 없습니다.', '칩을 하나 이상 요청하십시오.'],
  'request.model-not-named': ['허가에 없는 모델을 요청했습니다.', AMEND],
  'request.quantity-too-large': [
    '허가된 수량보다 많이 요청했습니다.',
    '수량을 줄여 요청하거나 허가 변경을 요청하십시오.',
  ],
  'request.no-devices': ['요청한 장치가 없습니다.', '장치를 하나 이상 지정하여 요청하십시오.'],
  'request.device-not-named': ['허가에 없는 장치를 요청했습니다.', AMEND],
  'request.no-device-of-host': [
    '에이전트가 이 식별자로 요청했지만, 이 호스트가 보유를 입증한 장치를 지정한 그런 허가가 없습니다.',
    'sextant agent run --licence에 준 식별자를 확인하십시오. 맞다면 허가 보유자가 이 호스트의 장치를 허가에 지정해야 합니다. 그 장치는 호스트의 시설에, 호스트가 입증하는 신원(호스트의 TPM이나 게스트, 또는 GPU)으로 신고되어 있어야 합니다.',
  ],
  'party.unknown': ['허가에 적힌 당사자가 등록되어 있지 않습니다.', '당사자를 등록하십시오.'],
  'party.unscreened': [
    '당사자가 심사를 받지 않았거나 심사가 진행 중입니다.',
    '당사자가 심사를 받게 하십시오.',
  ],
  'party.screening-lapsed': [
    '당사자에 대한 심사의 유효 기간이 끝났습니다.',
    '당사자를 다시 심사받게 하십시오.',
  ],
  'party.screening-outdated': [
    '당사자가 시행 중인 명단이 아닌 이전 명단으로 심사되었습니다.',
    '시행 중인 명단으로 다시 심사하십시오: sextant screening import FILE.',
  ],
  'party.denied': ['당사자가 거부 대상입니다.', '당사자가 거부 대상인 동안에는 사용할 수 없습니다.'],
  'party.parent-denied': [
    '당사자를 소유한 모회사가 거부 대상입니다.',
    '모회사가 거부 대상인 동안에는 사용할 수 없습니다.',
  ],
  'party.held': ['당사자가 심사를 위해 보류되어 있습니다.', HELD],
  'facility.unknown': ['시설이 등록되어 있지 않습니다.', '시설을 등록하고 승인을 받으십시오.'],
  'facility.not-authorised': ['시설이 승인되지 않았습니다.', '허가 당국의 시설 승인을 받으십시오.'],
  'facility.not-yet-authorised': [
    '시설의 승인 기간이 아직 시작되지 않았습니다.',
    '승인 기간이 시작될 때까지 기다리십시오.',
  ],
  'facility.tier-denied': [
    '시설의 등급에서는 사용이 허용되지 않습니다.',
    '장치를 다른 등급의 시설로 옮기십시오.',
  ],
  'facility.authorisation-lapsed': ['시설의 승인 기간이 끝났습니다.', '시설을 다시 승인받으십시오.'],
  'facility.revoked': ['시설의 승인이 철회되었습니다.', '장치를 승인된 시설로 옮기십시오.'],
  'facility.cluster-too-large': [
    '한곳에 모인 장치의 성능이 허용된 한도를 넘습니다.',
    '장치를 줄여 요청하거나, 그곳의 사용권이 끝나기를 기다리거나, 허가 변경을 요청하십시오.',
  ],
  'facility.auditor-related': [
    '시설을 감사한 곳이 수출자, 운영자 또는 당사자와 소유 관계가 있습니다.',
    '수출자, 운영자, 당사자와 소유 관계가 없는 곳의 감사를 받으십시오.',
  ],
  'facility.auditor-unproven': [
    '시설을 감사한 곳의 독립성을 확인할 수 없습니다.',
    '소유자를 최상위까지 신고하고, 관리자가 감사자, 수출자, 운영자의 당사자를 지정하게 하십시오(sextant principal party).',
  ],
  'facility.held': ['시설이 심사를 위해 보류되어 있습니다.', HELD],
  'device.unknown': ['장치가 등록되어 있지 않습니다.', '장치를 등록하십시오.'],
  'device.not-in-service': [
    '장치가 사용할 수 있는 상태가 아닙니다.',
    '장치를 다시 사용 상태로 돌리거나 허가에서 빼십시오.',
  ],
  'device.missing': [
    '기한까지 입증하지 못하여 장치가 없어진 것으로 여겨집니다.',
    '그 호스트에서 장치를 증명하면 해소됩니다. 그럴 수 없으면 허가 당국이 상각 처리합니다.',
  ],
  'device.in-maintenance': [
    '장치가 정비 중입니다.',
    '정비를 끝내거나(sextant device resume) 정비가 끝날 때까지 기다리십시오.',
  ],
  'device.returned': ['장치가 반환되었습니다.', '장치를 다시 발송하거나 허가에서 빼십시오.'],
  'device.transferred': [
    '장치가 다른 수출자에게 넘어갔습니다.',
    '새 보유자가 등록한 장치를 허가에 지정하게 하십시오.',
  ],
  'device.no-facility': [
    '장치가 어느 시설에 있는지 신고되지 않았습니다.',
    '장치가 있는 시설을 신고하십시오.',
  ],
  'device.facility-not-named': [
    '장치가 있는 시설이 허가에 없습니다.',
    '장치를 옮기거나 그 시설을 넣도록 허가 변경을 요청하십시오.',
  ],
  'device.no-host': [
    '장치가 등록된 호스트에 배정되어 있지 않습니다.',
    '장치가 있는 호스트를 등록하고 장치를 배정하십시오.',
  ],
  'device.held': ['장치가 심사를 위해 보류되어 있습니다.', HELD],
  'device.serial-operator-claimed': [
    '일련번호와 칩을 잇는 것은 운영자의 말뿐입니다.',
    '제조사의 목록을 제출하거나, 허가에서 operator-claimed-serial을 면제받으십시오.',
  ],
  'device.model-unknown': [
    '장치의 모델을 아무도 밝히지 않았습니다.',
    '모델을 신고하거나 장치의 증거로 모델을 밝히십시오.',
  ],
  'device.model-not-named': ['장치의 모델이 허가에 없습니다.', AMEND],
  'device.user-not-named': [
    '장치를 쓰는 당사자가 허가에 없습니다.',
    '수출자가 사용자를 신고하거나, 그 당사자를 넣도록 허가 변경을 요청하십시오.',
  ],
  'device.model-disagrees': [
    '신고된 모델과 증거가 보여 주는 모델이 다릅니다.',
    '수출자가 실제 모델대로 신고하거나, 신고된 장치를 그 자리에 두십시오.',
  ],
  'device.serial-contradicted': [
    '제조사의 목록과 신고된 일련번호가 어긋납니다.',
    '제조사가 적은 장치를 그 자리에 두거나 제조사의 목록을 바로잡게 하십시오.',
  ],
  'device.level-too-low': [
    '장치의 보증 수준이 허가가 요구하는 것보다 낮습니다.',
    '증명할 때마다 다음 수준에 필요한 것이 답으로 옵니다. 호스트에서 sextant agent attest를 보십시오.',
  ],
  'device.fact-too-low': [
    '장치에 대해 입증된 사실이 허가의 최저 기준에 못 미칩니다.',
    '더 많은 것을 입증할 수 있는 호스트에서 장치를 증명하십시오.',
  ],
  'device.keys-extractable': [
    '호스트의 소유자가 키를 빼낼 수 있습니다.',
    '봉인된 참조값으로 기밀 게스트에서 실행하거나, 허가에서 operator-extractable을 면제받으십시오.',
  ],
  'device.not-bound-to-host': [
    '장치가 이 호스트에 있다는 것이 입증되지 않았습니다.',
    '장치를 자신과 묶을 수 있는 호스트를 쓰거나, 허가에서 gpu-binding을 면제받으십시오.',
  ],
  'device.place-lapsed': [
    '위치 입증의 유효 기간이 끝났습니다.',
    '호스트를 다시 증명하고 랜드마크의 측정을 받으십시오.',
  ],
  'device.audit-lapsed': ['시설 감사의 유효 기간이 끝났습니다.', '시설을 다시 감사받으십시오.'],
  'device.place-forbidden': [
    '장치가 승인된 지역 밖에 있음이 입증되었습니다.',
    '장치를 승인된 지역 안으로 옮기십시오.',
  ],
  'device.place-inconsistent': [
    '위치 측정값들이 서로 모순됩니다.',
    '다시 측정하고, 관련된 랜드마크를 점검하게 하십시오.',
  ],
  'device.leased-elsewhere': [
    '장치가 다른 사용권에 쓰이고 있습니다.',
    '그 사용권이 끝나기를 기다리거나 취소하게 하십시오.',
  ],
  'host.held': ['호스트가 심사를 위해 보류되어 있습니다.', HELD],
  'host.reference-set-not-accepted': [
    '호스트의 상태가 허가가 받아들이는 참조값과 맞지 않습니다.',
    '허가가 받아들이는 참조값의 이미지로 부팅하십시오.',
  ],
  'chip.unknown': ['칩 표에 없는 모델입니다.', '그 모델이 있는 칩 표를 승인받으십시오.'],
  'ledger.consignee-unknown': ['허가에 수하인이 없습니다.', '수하인을 적도록 허가 변경을 요청하십시오.'],
  'ledger.quantity-exceeded': ['허가된 수량을 넘습니다.', '수량을 줄여 요청하거나 허가 변경을 요청하십시오.'],
  'ledger.tpp-exceeded': [
    '허가된 총처리성능(TPP)을 넘습니다.',
    '줄여서 요청하거나 허가 변경을 요청하십시오.',
  ],
  'ledger.uncountable': ['한 번에 셀 수 있는 양을 넘습니다.', '한 번에 더 적게 요청하십시오.'],
  'quota.account-unknown': [
    '연산 할당량을 쓸 최종 사용자와 용도가 허가에 없습니다.',
    '최종 사용자와 용도를 적도록 허가 변경을 요청하십시오.',
  ],
  'quota.exhausted': [
    '연산 할당량이 부족합니다.',
    '할당량이 빌 때까지 기다리거나, 호스트나 기간을 줄이거나, 할당량을 늘려 받으십시오.',
  ],
  'evidence.absent': ['이 장치에 대한 증거가 없습니다.', '호스트를 증명하십시오.'],
  'evidence.refused': [
    '장치의 최근 증거가 거부되었습니다.',
    '호스트의 최근 세션에서 거부 사유를 읽고 고친 뒤 다시 증명하십시오.',
  ],
  'evidence.stale': ['증거가 허가가 정한 기간보다 오래되었습니다.', '호스트를 다시 증명하십시오.'],
  'evidence.lapsed': [
    '증거의 바탕이 되는 키나 인증서의 유효 기간이 끝났습니다.',
    '끝난 키나 인증서를 갱신하고 다시 증명하십시오.',
  ],
  'evidence.from-the-future': [
    '증거의 시각이 현재보다 늦습니다.',
    '검증기의 시계를 점검하십시오. 난스는 현재보다 늦게 발급될 수 없습니다.',
  ],
  'input.unavailable': [
    '검증기가 결정에 필요한 것을 읽지 못했습니다.',
    '다시 시도하십시오. 장치 자체에 대해서는 아무것도 결정되지 않았습니다.',
  ],
  'input.no-instant': ['검증기가 현재 시각을 모릅니다.', '검증기의 시계를 점검하십시오.'],
});

/** What a decision can be denied for (src/policy/reasons.ts), and a rule pack by itself (src/policy/packs/evaluate.ts). */
export const DECISION_REASONS: ToldReasons = Object.fromEntries(
  Object.entries(REASONS).map(([code, { sentence, mend }]) => [
    code,
    { sentence, mend: OF_HOLDER.test(code) ? `${mend} ${ASK_HOLDER}` : mend },
  ]),
);
