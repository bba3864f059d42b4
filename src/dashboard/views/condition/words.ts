import { dictionary } from '../../words/dictionary.ts';

export const conditionWords = dictionary(
  {
    title: 'Condition',
    lead: 'Whether this verifier can do its work now. It is asked again every ten seconds.',
    ready: 'Ready',
    notReady: 'Not ready',
    checks: 'What it was asked',
    names: {
      store: 'The database answers',
      keys: 'The signing keys sign',
      log: 'The log can be written to and signed',
      clock: 'The clock goes with the machine’s',
      stopping: 'It is stopping',
    },
    ok: 'Holds',
    failed: 'Failed',
    about: 'About it',
    version: 'Version',
    address: 'Address',
    now: 'Its clock',
    backup: 'Backups',
    backupNote:
      'The verifier does not know of backups: they are made beside it (sextant db backup), and the backup.json of each says of when it is.',
  },
  {
    title: '가동 상태',
    lead: '이 검증기가 지금 일할 수 있는지 표시합니다. 10초마다 다시 확인합니다.',
    ready: '준비됨',
    notReady: '준비되지 않음',
    checks: '확인한 것',
    names: {
      store: '데이터베이스 응답',
      keys: '서명 키의 서명',
      log: '로그 기록과 서명',
      clock: '기기 시계와의 일치',
      stopping: '종료 중',
    },
    ok: '정상',
    failed: '실패',
    about: '정보',
    version: '버전',
    address: '주소',
    now: '검증기 시각',
    backup: '백업',
    backupNote:
      '검증기는 백업을 알지 못합니다. 백업은 따로 만들며(sextant db backup) 각 백업의 backup.json에 시각이 적혀 있습니다.',
  },
);
