import { told } from './told.ts';

const AGENT = '최신 에이전트를 실행하십시오. 제출이 규약대로 만들어지지 않았습니다.';
const AGAIN = '새 세션을 요청하여 다시 증명하십시오.';
const RE_ENROL = 'TPM이나 그 키를 일부러 바꾸었다면 호스트를 다시 등록하십시오.';
const IMAGE = '그렇게 설정된 이미지로 부팅하거나, 그것을 받아들이는 참조값을 승인받으십시오.';
const FIRMWARE = '플랫폼의 펌웨어를 업데이트하고 확정(commit)하십시오.';
const POLICY = '그것을 이름으로 받아들이는 참조값이 승인되어야 합니다.';
const GENUINE = '장치를 점검하십시오. 답한 것은 NVIDIA가 그렇게 인증한 칩이 아닙니다.';
const DAMAGED =
  '다시 증명하십시오. 되풀이되면 드라이버와 장치를 점검하십시오. 무언가가 보고서를 바꾸고 있습니다.';

/** What a failed check of a submission means (src/appraisal/explain.ts and what it draws on). */
export const CHECK_REASONS = told({
  'bundle.well-formed': ['제출된 묶음의 형식이 올바르지 않습니다.', AGENT],
  'bundle.signature': ['묶음이 결속에 적힌 키로 서명되지 않았습니다.', AGENT],
  'bundle.items.known': ['이 검증기가 읽지 않는 항목이 묶음에 있습니다.', AGENT],
  'bundle.items.tpm': ['묶음에는 TPM 인용(quote)이 꼭 하나 있어야 합니다.', AGENT],
  'bundle.items.tee': ['호스트가 등록할 때 쓴 TEE의 증거가 묶음에 하나 있어야 합니다.', AGENT],
  'bundle.items.devices': ['묶음에 GPU와 스위치가 어떤 호스트보다도 많이 들어 있습니다.', AGENT],
  'bundle.items.inventory': ['묶음에 호스트의 장치 목록이 둘 이상 있습니다.', AGENT],
  'session.open': ['세션이 끝난 뒤에 증거가 도착했습니다.', '세션 기간 안에 증명하십시오.'],
  'binding.audience': ['다른 검증기를 위해 만든 증거입니다.', '에이전트에 이 검증기의 URL을 설정하십시오.'],
  'binding.tenant': ['다른 테넌트를 위해 만든 증거입니다.', AGAIN],
  'binding.host': ['다른 호스트를 위해 만든 증거입니다.', AGAIN],
  'binding.session': ['다른 세션을 위해 만든 증거입니다.', AGAIN],
  'binding.nonce': ['증거가 다른 난스에 답합니다. 이전 증거를 다시 보낸 것일 수 있습니다.', AGAIN],
  'binding.expiry': ['결속에 적힌 만료 시각이 세션의 것과 다릅니다.', AGENT],
  'tpm.ak.enrolled': ['이 호스트로 등록된 키가 아닌 키로 인용이 만들어졌습니다.', RE_ENROL],
  'tpm.ak.name': ['등록된 키의 이름이 TPM이 활성화한 이름과 다릅니다.', RE_ENROL],
  'tpm.item.well-formed': ['TPM 수집기의 항목 형식이 올바르지 않습니다.', AGENT],
  'tpm.quote.well-formed': ['인용에 TPM 2.0의 것이 아닌 구조가 있습니다.', AGENT],
  'tpm.quote.items': ['인용 곁에 놓인 증거를 TPM이 알지 못합니다.', AGENT],
  'tpm.version': ['TPM 1.2의 증거입니다.', 'TPM 2.0이 있는 호스트를 쓰십시오.'],
  'tpm.ak.attributes': [
    'TPM 자신의 진술에만 서명하는 키가 아닙니다.',
    '증명 키를 제한된(restricted) 서명 키로 만들어 다시 등록하십시오.',
  ],
  'tpm.quote.signature': ['인용이 호스트의 등록된 증명 키로 서명되지 않았습니다.', RE_ENROL],
  'tpm.quote.hash-algorithm': ['깨진 해시로 서명된 인용입니다.', 'SHA-256을 쓰는 증명 키를 만드십시오.'],
  'tpm.quote.extra-data': ['인용이 다른 난스, 세션, 키 또는 다른 항목을 위해 만들어졌습니다.', AGAIN],
  'tpm.quote.pcr-selection': ['PCR 값의 번호가 TPM이 서명한 번호와 다릅니다.', AGENT],
  'tpm.quote.pcr-digest': [
    'PCR 값이 TPM이 서명한 값과 다릅니다.',
    '읽기와 인용 사이에 PCR이 바뀌었다면 다시 증명하고, 아니면 호스트를 점검하십시오.',
  ],
  'tpm.quote.bank': ['SHA-1 PCR만 인용되었습니다.', '펌웨어에서 TPM의 SHA-256 뱅크를 켜십시오.'],
  'host.evidence': [
    '호스트가 등록할 때 쓴 증거가 제출에 없습니다.',
    '등록할 때 쓴 것으로 증명하거나 호스트를 다시 등록하십시오.',
  ],
  'host.ek.expired': [
    '호스트의 TPM과 제조사 루트 사이의 인증서가 만료되었습니다.',
    '제조사가 갱신한 인증서로 다시 등록하십시오.',
  ],
  'host.ek.anchor': [
    '호스트의 TPM을 등록할 때 쓴 루트가 더는 신뢰되지 않습니다.',
    'TPM 제조사의 루트를 승인받거나 다른 루트로 등록하십시오.',
  ],
  'tee.item.well-formed': ['TEE 수집기의 항목 형식이 올바르지 않습니다.', AGENT],
  'azure.well-formed': ['Azure VM 증거의 형식이 올바르지 않습니다.', AGENT],
  'tee.kind.enrolled': [
    '호스트가 등록할 때 쓴 것과 다른 TEE의 증거입니다.',
    '일부러 옮겼다면 호스트를 새로 등록하십시오.',
  ],
  'tee.report-data': ['보고서가 다른 난스, 세션, 키 또는 다른 증거를 위해 만들어졌습니다.', AGAIN],
  'tee.report-data.items': ['보고서 곁에 놓인 증거를 게스트가 알지 못합니다.', AGENT],
  'intel.policy.tcb-status': [
    '플랫폼의 TCB 상태를 정책이 받아들이지 않습니다.',
    '플랫폼을 업데이트하거나, 그 상태를 이름으로 받아들이는 정책을 승인받으십시오.',
  ],
  'intel.policy.advisories': [
    '정책이 거부하는 보안 권고에 플랫폼이 노출되어 있습니다.',
    '권고대로 플랫폼을 업데이트하십시오.',
  ],
  'intel.policy.evaluation-number': [
    '플랫폼에 관한 Intel 문서들의 평가 번호가 서로 다르거나 너무 오래되었습니다.',
    '검증기가 한 평가 묶음에서 자료를 새로 받게 하십시오.',
  ],
  'intel.policy.platform': ['등록된 플랫폼이 아닙니다.', '참조값에 그 PPID 또는 PIID를 추가하게 하십시오.'],
  'tdx.policy.debug': [
    '게스트가 디버그 모드로 실행됩니다. 호스트가 그 메모리를 읽을 수 있습니다.',
    '디버그 없이 실행하십시오.',
  ],
  'tdx.policy.tud': ['호스트가 관찰할 수 있는 조건에서 게스트가 실행됩니다.', IMAGE],
  'tdx.policy.sept-ve-disable': [
    '호스트가 페이지를 빼앗아 게스트에 예외를 일으킬 수 있습니다(SEPT_VE_DISABLE이 꺼져 있음).',
    `SEPT_VE_DISABLE로 게스트를 실행하십시오. ${POLICY}`,
  ],
  'tdx.policy.migratable': [
    '게스트가 다른 기계로 옮겨질 수 있습니다.',
    `옮길 수 없게 실행하십시오. ${POLICY}`,
  ],
  'tdx.policy.reserved': ['게스트에 이 검증기가 모르는 속성이 있습니다.', IMAGE],
  'tdx.policy.xfam': ['TDX가 허용하지 않는 프로세서 기능이 게스트에 있습니다.', IMAGE],
  'tdx.policy.service-td': [
    '참조값에 없는 서비스 TD가 게스트에 묶여 있습니다.',
    '신뢰할 것이면 그 해시를 mrServiceTd에 적게 하십시오.',
  ],
  'sgx.policy.debug': [
    '엔클레이브가 디버그 모드로 실행됩니다. 호스트가 그 메모리를 읽을 수 있습니다.',
    '운영용으로 서명하고 실행하십시오.',
  ],
  'sgx.policy.init': ['엔클레이브가 초기화되지 않았습니다.', '실행 중인 엔클레이브를 인용하십시오.'],
  'sgx.policy.isv-svn': ['엔클레이브가 정책이 요구하는 것보다 오래되었습니다.', '업데이트하십시오.'],
  'snp.policy.product': ['정책이 이 프로세서 계열을 받아들이지 않습니다.', POLICY],
  'snp.policy.debug': [
    '게스트가 디버그를 허용합니다. 호스트가 그 메모리를 읽을 수 있습니다.',
    'DEBUG가 없는 정책으로 실행하십시오.',
  ],
  'snp.policy.migrate-ma': [
    '이전 에이전트가 게스트를 다른 기계로 옮길 수 있습니다.',
    `MIGRATE_MA가 없는 정책으로 실행하십시오. ${POLICY}`,
  ],
  'snp.policy.guest-policy': ['게스트의 정책이 요구한 것과 다릅니다.', IMAGE],
  'snp.policy.committed-tcb': ['되돌릴 수 있는 임시 펌웨어로 플랫폼이 실행됩니다.', FIRMWARE],
  'snp.policy.committed-version': ['되돌릴 수 있는 임시 펌웨어 판으로 플랫폼이 실행됩니다.', FIRMWARE],
  'snp.policy.reported-tcb': ['플랫폼이 실제보다 높은 TCB를 보고합니다.', FIRMWARE],
  'snp.policy.minimum-tcb': ['플랫폼이 보고한 TCB가 정책이 요구하는 것보다 오래되었습니다.', FIRMWARE],
  'snp.policy.launch-tcb': [
    '정책이 요구하는 것보다 오래된 TCB에서 게스트가 시작되었습니다.',
    '업데이트한 플랫폼에서 게스트를 다시 시작하십시오.',
  ],
  'snp.policy.minimum-abi': [
    '플랫폼의 펌웨어 인터페이스가 게스트가 요구하는 것보다 오래되었습니다.',
    FIRMWARE,
  ],
  'snp.policy.alias-check': [
    '펌웨어가 메모리 별칭(BadRAM)을 검사하지 않았습니다.',
    `펌웨어와 BIOS를 업데이트하십시오. ${POLICY}`,
  ],
  'snp.policy.platform-info': ['플랫폼이 요구한 대로 설정되지 않았습니다.', 'BIOS에서 설정을 바꾸십시오.'],
  'snp.policy.launch-mitigations': [
    '정책이 요구하는 완화책 없이 게스트가 시작되었습니다.',
    '업데이트한 플랫폼에서 게스트를 다시 시작하십시오.',
  ],
  'snp.policy.current-mitigations': ['정책이 요구하는 완화책이 플랫폼에 없습니다.', FIRMWARE],
  'snp.policy.vmpl': ['정책이 받아들이지 않는 권한 수준에서 보고서가 만들어졌습니다.', POLICY],
  'snp.policy.guest-svn': [
    '게스트가 정책이 요구하는 것보다 오래되었습니다.',
    '더 새로운 이미지로 부팅하십시오.',
  ],
  'snp.policy.signing-key': ['받아들이지 않는 종류의 키로 보고서가 서명되었습니다.', POLICY],
  'snp.report.version': [
    '검증기가 아직 읽지 못하는 판의 SNP 보고서입니다. 호스트가 잘못되었다는 뜻은 아닙니다.',
    '플랫폼 펌웨어가 검증기보다 새롭습니다. 검증기를 갱신하게 하십시오.',
  ],
  'snp.report.product': [
    '검증기가 모르는 프로세서의 SNP 보고서이거나 인증서가 다른 제품군의 것입니다.',
    '프로세서가 검증기보다 새로우면 검증기를 갱신하게 하고, 아니면 호스트의 인증서를 갱신하십시오.',
  ],
  'snp.policy.csp-id': ['정책이 지정하지 않은 사업자의 키로 보고서가 서명되었습니다.', POLICY],
  'snp.policy.chip': ['등록된 칩이 아닙니다.', '참조값에 그 칩 식별자를 추가하게 하십시오.'],
  'inventory.item.well-formed': ['호스트가 밝힌 GPU 목록의 형식이 올바르지 않습니다.', AGENT],
  'inventory.item.labels': ['호스트가 보여 주지 않는 GPU의 증거를 적었습니다.', AGENT],
  'nvidia.item.well-formed': ['장치 수집기의 항목 형식이 올바르지 않습니다.', AGENT],
  'nvidia.item.kind': ['GPU를 스위치로, 또는 스위치를 GPU로 보냈습니다.', AGENT],
  'nvidia.report.well-formed': ['장치의 보고서가 여기서 읽는 보고서가 아닙니다.', DAMAGED],
  'nvidia.report.blocks': ['장치 보고서의 길이가 그 칩의 보고서와 다릅니다.', DAMAGED],
  'nvidia.report.claims': ['NVIDIA가 문서화하지 않은 판이나 모드를 장치가 밝힙니다.', DAMAGED],
  'nvidia.report.signature': ['장치가 서명한 보고서가 아닙니다. 바뀌었거나 다른 장치의 것입니다.', DAMAGED],
  'nvidia.nonce': ['장치가 다른 요구에 답했습니다. 다른 세션의 보고서입니다.', AGAIN],
  'nvidia.nonce.sample': [
    '보고서가 NVIDIA의 공개 예제 난스에 답합니다. 누구나 가질 수 있는 보고서입니다.',
    '수집기가 세션의 난스로 묻게 하십시오.',
  ],
  'nvidia.chain.well-formed': ['장치의 인증서가 네 개나 다섯 개로 된 사슬이 아닙니다.', AGENT],
  'nvidia.chain.path': [
    '장치의 인증서가 신뢰하는 NVIDIA 루트에 이르지 않습니다.',
    'NVIDIA의 장치 루트를 nvidia-device-root로 승인받으십시오.',
  ],
  'nvidia.chain.validity': [
    '장치의 인증서 가운데 지금 유효하지 않은 것이 있습니다.',
    '검증기의 시계를 점검하십시오.',
  ],
  'nvidia.chip': ['여기서 읽지 않는 세대의 칩입니다.', GENUINE],
  'nvidia.fwid': [
    '답한 펌웨어가 키를 만들 때의 펌웨어와 다릅니다.',
    '업데이트 뒤 장치를 초기화하여 실행 중인 것을 인증하게 하고, 그래도 같으면 점검하십시오.',
  ],
  'nvidia.collateral': [
    '장치를 판정하는 데 필요한 NVIDIA의 자료가 없습니다.',
    '검증기가 rim.attestation.nvidia.com과 ocsp.ndis.nvidia.com에 접속하게 하거나 빠진 자료를 가져오십시오.',
  ],
  'nvidia.revocation': [
    '장치의 인증서가 유효하다는 NVIDIA의 말이 없습니다.',
    '취소되었거나 보류 중이면 NVIDIA에 문의하고, 아니면 검증기가 OCSP 응답을 새로 받게 하십시오.',
  ],
  'nvidia.revocation.leaf': [
    '장치 자신의 키가 유효하다고 확인되지 않았습니다.',
    '장치에 대해 NVIDIA에 문의하십시오.',
  ],
  'nvidia.rim.revocation': [
    'NVIDIA 목록(RIM)에 서명한 인증서의 취소 여부를 확인하지 못했습니다.',
    '검증기가 ocsp.ndis.nvidia.com에 접속하게 하거나 서명자의 OCSP 응답을 가져오십시오.',
  ],
  'nvidia.rim.conflict': [
    'NVIDIA의 드라이버 목록과 VBIOS 목록이 서로 모순됩니다.',
    '호스트에서 고칠 수 없습니다. 목록이 모순되지 않는 드라이버를 설치하십시오.',
  ],
  'nvidia.devices.distinct': [
    '한 칩이 여러 장치로 나타납니다.',
    '수집기가 장치마다 한 번, 한 이름으로 보내게 하십시오.',
  ],
  'nvidia.measurements.driver': [
    '장치의 측정값이 NVIDIA가 발표한 드라이버의 것과 같다고 입증되지 않았습니다.',
    'NVIDIA가 발표한 드라이버를 새로 설치하고 장치를 초기화하거나, 검증기가 그 목록(RIM)을 받게 하십시오.',
  ],
  'nvidia.measurements.vbios': [
    '장치의 측정값이 NVIDIA가 발표한 VBIOS의 것과 같다고 입증되지 않았습니다.',
    'NVIDIA가 발표한 VBIOS로 업데이트하거나, 검증기가 그 목록(RIM)을 받게 하십시오.',
  ],
  'devices.unique': [
    '같은 칩이 방금 다른 곳에서 입증되었습니다. 먼저 한 입증이 기한까지 유효합니다.',
    '장치를 이리로 옮겼다면 원래 호스트를 그 장치 없이 증명하고, 아니면 신고하십시오.',
  ],
  'devices.missing': [
    '이 호스트에 등록된 장치가 증거에 없습니다.',
    '장치를 꽂거나 수집기를 실행하십시오. 아주 없어졌다면 수출자가 폐기 처리하게 하십시오.',
  ],
  'devices.extra': [
    '등록되지 않은 장치가 호스트에 있습니다.',
    '수출자가 그 칩을 등록하거나(nvidia-chip-key), 장치를 빼십시오.',
  ],
  'devices.count': [
    '신고된 것보다 적은 장치가 호스트에 있습니다.',
    '빠진 장치를 꽂거나 수출자가 폐기 처리하게 하십시오.',
  ],
});
