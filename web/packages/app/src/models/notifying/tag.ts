/** What notifications of one conversation are called by: a newer one takes the place of the older. */
export function tagOf(userId: string, roomId: string): string {
  return `${userId} ${roomId}`;
}
