import { counted, dictionary, digits } from '../../words/dictionary.ts';
import type { Report } from './report-csv.ts';

export const importWords = dictionary(
  {
    title: 'Declare devices from a file',
    lead: 'Rows that are right are kept although others are not; the report says of each what became of it.',
    toDevices: 'To the devices',
    readsOnly: 'You signed in with a token that only reads: nothing can be declared with it.',
    file: 'The file',
    choose: 'CSV or JSON file',
    chooseHint:
      'Choose one, or drop it here. At most 10,000 rows and 8 MiB. A CSV begins with names of columns:',
    columnsHint:
      'In any order. Each row needs a kind (host-tpm, host-tee, gpu or switch) and a serial number or an identity. JSON is an array, or a line each, of the same members as one declaration.',
    refused: {
      tooLarge: 'The file is larger than 8 MiB. Split it, and choose the parts one after the other.',
      tooMany: 'The file holds more than 10,000 rows. Split it, and choose the parts one after the other.',
      unreadable: 'The browser cannot read the file. Close it in other programs, then choose it again.',
    },
    chosen: (rows: number | null) =>
      rows === null
        ? 'The file was read. Nothing is sent yet.'
        : `${counted(rows, 'row')} read. Nothing is sent yet.`,
    check: 'What will be sent',
    name: 'Name',
    rows: 'Rows',
    notCounted: 'Not counted: the verifier says what is wrong',
    send: (rows: number | null) => (rows === null ? 'Send' : `Send ${counted(rows, 'row')}`),
    sending: (rows: number | null) =>
      rows === null
        ? 'Sending, and waiting for the report …'
        : `Sending ${counted(rows, 'row')}, and waiting for the report …`,
    done: ({ rows, rejected }: Report) =>
      `Done: ${digits(rows - rejected)} of ${counted(rows, 'row')} taken, ${digits(rejected)} rejected.`,
    report: 'What became of each row',
    outcomes: { created: 'Declared', changed: 'Changed', unchanged: 'There already', rejected: 'Rejected' },
    allTaken: 'Every row is on the register.',
    whatNow:
      'What was taken stays. Save the rejected rows, mend them, and choose that file: nothing else is sent again. Rows that repeat another are not in it.',
    whatNowWhole:
      'What was taken stays. Mend the file, and choose it again: what is on the register already is not changed by it.',
    rowHint: 'Rows are counted without the names of the columns: row 1 is the second record of the file.',
    saveReport: 'Report (CSV)',
    saveRejected: (rows: number) => `Rejected rows, to mend (${digits(rows)})`,
    show: 'Show',
    row: 'Row',
    outcome: 'Outcome',
    rejected: 'Rejected rows',
    rowNumber: (row: number) => `Row ${digits(row)}`,
    moreRejected: (count: number) => `${digits(count)} more`,
    howToMend: 'What to do:',
    asWritten: 'As written',
    code: 'Code',
    field: 'Field',
    device: 'Device',
    mend: {
      row_malformed: 'Write the row again: as many cells as there are columns, text with commas in quotes.',
      field_invalid: 'Write the field as the sentence above says.',
      field_unknown: 'Leave the field out, or correct its name.',
      facility_unknown: 'Name a facility that you proposed and that may be used, or leave it empty.',
      party_unknown: 'Name a party that you registered, or register it first.',
      identity_differs:
        'Compare serial number and identity with the chip. If the register is wrong, retire the device first.',
      device_retired: 'It was retired for good. Take the row out, or correct the serial number.',
      device_transferred: 'It belongs to another exporter now, who declares it. Take the row out.',
      proof_owed: 'Leave the party as it is until the device has proven itself.',
      duplicate_row: 'Keep one of the two rows. The first was taken, if nothing is said of it.',
    },
  },
  {
    title: '파일로 장치 신고',
    lead: '다른 행에 오류가 있어도 올바른 행은 등록되며, 보고서가 행마다 결과를 알려 줍니다.',
    toDevices: '장치 목록으로',
    readsOnly: '읽기 전용 토큰으로 로그인했습니다. 이 토큰으로는 신고할 수 없습니다.',
    file: '파일',
    choose: 'CSV 또는 JSON 파일',
    chooseHint:
      '파일을 선택하거나 여기에 놓으십시오. 최대 10,000행, 8MiB입니다. CSV는 열 이름으로 시작합니다.',
    columnsHint:
      '열 순서는 자유입니다. 각 행에는 종류(host-tpm, host-tee, gpu, switch)와 일련번호 또는 식별 값이 필요합니다. JSON은 신고 한 건과 같은 항목의 배열이거나 한 줄에 하나씩입니다.',
    refused: {
      tooLarge: '파일이 8MiB보다 큽니다. 나누어 차례로 선택하십시오.',
      tooMany: '파일이 10,000행을 넘습니다. 나누어 차례로 선택하십시오.',
      unreadable: '브라우저가 파일을 읽을 수 없습니다. 다른 프로그램에서 닫고 다시 선택하십시오.',
    },
    chosen: (rows: number | null) =>
      rows === null
        ? '파일을 읽었습니다. 아직 보내지 않았습니다.'
        : `${digits(rows, 'ko')}행을 읽었습니다. 아직 보내지 않았습니다.`,
    check: '보낼 내용',
    name: '이름',
    rows: '행',
    notCounted: '세지 못함: 무엇이 잘못되었는지 검증기가 알려 줍니다',
    send: (rows: number | null) => (rows === null ? '보내기' : `${digits(rows, 'ko')}행 보내기`),
    sending: (rows: number | null) =>
      rows === null
        ? '보내고 보고서를 기다리는 중 …'
        : `${digits(rows, 'ko')}행을 보내고 보고서를 기다리는 중 …`,
    done: ({ rows, rejected }: Report) =>
      `완료: ${digits(rows, 'ko')}행 중 ${digits(rows - rejected, 'ko')}행 등록, ${digits(rejected, 'ko')}행 거부.`,
    report: '행별 결과',
    outcomes: { created: '신고됨', changed: '변경됨', unchanged: '이미 있음', rejected: '거부됨' },
    allTaken: '모든 행이 등록부에 있습니다.',
    whatNow:
      '등록된 행은 그대로 남습니다. 거부된 행을 저장해 고친 뒤 그 파일을 선택하십시오. 다른 행은 다시 보내지 않습니다. 다른 행과 중복된 행은 그 파일에 없습니다.',
    whatNowWhole:
      '등록된 행은 그대로 남습니다. 파일을 고쳐 다시 선택하십시오. 이미 등록된 것은 그 파일로 바뀌지 않습니다.',
    rowHint: '열 이름은 세지 않습니다. 1행은 파일의 두 번째 레코드입니다.',
    saveReport: '보고서(CSV)',
    saveRejected: (rows: number) => `고칠 거부 행(${digits(rows, 'ko')})`,
    show: '표시',
    row: '행',
    outcome: '결과',
    rejected: '거부된 행',
    rowNumber: (row: number) => `${digits(row, 'ko')}행`,
    moreRejected: (count: number) => `${digits(count, 'ko')}행 더 보기`,
    howToMend: '할 일:',
    asWritten: '적힌 그대로',
    code: '코드',
    field: '항목',
    device: '장치',
    mend: {
      row_malformed: '행을 다시 쓰십시오. 칸 수는 열 수와 같아야 하고 쉼표가 든 글은 따옴표로 묶습니다.',
      field_invalid: '위의 설명대로 항목을 쓰십시오.',
      field_unknown: '항목을 빼거나 이름을 고치십시오.',
      facility_unknown: '귀하가 제안했고 사용할 수 있는 시설을 적거나 비워 두십시오.',
      party_unknown: '귀하가 등록한 당사자를 적거나 먼저 등록하십시오.',
      identity_differs:
        '일련번호와 식별 값을 칩과 비교하십시오. 등록부가 틀렸다면 먼저 그 장치를 퇴역시키십시오.',
      device_retired: '영구히 퇴역한 장치입니다. 행을 빼거나 일련번호를 고치십시오.',
      device_transferred: '이제 다른 수출자의 장치이며 그쪽이 신고합니다. 행을 빼십시오.',
      proof_owed: '장치가 증명될 때까지 당사자를 그대로 두십시오.',
      duplicate_row: '두 행 중 하나만 남기십시오. 달리 적혀 있지 않으면 첫 행이 등록되었습니다.',
    },
  },
);
