import { dictionary } from '../../words/dictionary.ts';

export const reportWords = dictionary(
  {
    title: 'Reports',
    lead: 'What became of a licence in a period: every device that it names, decisions with their proofs, grants, holds, incidents and the ledger, signed by the verifier.',
    form: 'Which report',
    licence: 'Licence',
    choose: 'Choose a licence',
    from: 'From',
    fromHint: 'The day of the licence unless given, UTC.',
    until: 'Until',
    untilHint: 'That day is not included; now unless given.',
    save: 'Save the report',
    saving: 'Writing the report …',
    saved: (name: string) => `Saved as ${name}.`,
    keep: 'Keep the file as it came: its bytes are signed. Whoever has it checks it offline, also for appraisals and evidence of a period:',
  },
  {
    title: '보고서',
    lead: '한 허가에 대해 기간 동안 있었던 일입니다. 지정된 모든 장치, 증명이 붙은 결정, 부여, 보류, 사건, 원장이 검증기의 서명과 함께 담깁니다.',
    form: '보고서 선택',
    licence: '허가',
    choose: '허가 선택',
    from: '시작',
    fromHint: '비워 두면 허가일부터(UTC).',
    until: '끝',
    untilHint: '그날은 포함되지 않습니다. 비워 두면 지금까지.',
    save: '보고서 저장',
    saving: '보고서 작성 중 …',
    saved: (name) => `${name}(으)로 저장했습니다.`,
    keep: '바이트에 서명되어 있으므로 파일을 받은 그대로 보관하십시오. 기간의 평가와 증거까지 오프라인에서 다음과 같이 확인합니다:',
  },
);
