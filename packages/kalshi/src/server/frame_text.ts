/** A frame as text: `msg` is JSON text, absent for none; 0 stands for no `id` and no `seq`. */
export function frameText(
  type: string,
  sid: number,
  seq: number,
  msg: string | undefined,
  id: number,
): string {
  const named = id === 0 ? `{"type":"${type}"` : `{"type":"${type}","id":${id}`;
  const numbered = seq === 0 ? `${named},"sid":${sid}` : `${named},"sid":${sid},"seq":${seq}`;
  return msg === undefined ? `${numbered}}` : `${numbered},"msg":${msg}}`;
}

/** A message about no subscription. */
export function replyText(type: string, msg: object, id: number): string {
  const named = id === 0 ? `{"type":"${type}"` : `{"type":"${type}","id":${id}`;
  return `${named},"msg":${JSON.stringify(msg)}}`;
}
