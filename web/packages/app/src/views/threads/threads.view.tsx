// All threads of a room, the one that was answered last first.
import type { ThreadItem } from "@herold/engine";
import { useEffect } from "react";
import { GridList, GridListItem } from "react-aria-components";

import { Avatar } from "../../parts/avatar.tsx";
import { Button } from "../../parts/button.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { shortWords } from "../../texts/short-words.ts";
import { shortTime } from "../../texts/times.ts";
import type { PanelProps } from "../panel/panels.ts";
import { ThreadUnread } from "./thread-unread.view.tsx";
import styles from "./threads.module.css";

export function ThreadsView({ app, room }: PanelProps<"threads">) {
  const say = useSay();
  const { threads } = room;
  const items = useLive(threads.items);
  const older = useLive(threads.older);
  useEffect(() => void threads.load(), [threads]);
  if (items.length === 0) {
    return (
      <p className={styles.nothing} role="status">
        {older === "loading" ? say("common.loading") : say("threads.none")}
      </p>
    );
  }
  return (
    <div className={styles.threads}>
      <GridList
        aria-label={say("panel.threads")}
        className={styles.list ?? ""}
        items={items.map((item) => ({ id: item.summary.rootId, item }))}
        onAction={(rootId) => app.showPanel({ kind: "thread", rootId: String(rootId) })}
      >
        {({ item }) => <ThreadRow item={item} />}
      </GridList>
      {older === "failed" && <p role="alert">{say("threads.failed")}</p>}
      {older !== "end" && (
        <Button look="quiet" isDisabled={older === "loading"} onPress={() => void threads.load()}>
          {say(older === "failed" ? "common.retry" : "threads.more")}
        </Button>
      )}
    </div>
  );
}

function ThreadRow({ item: { root, summary } }: { item: ThreadItem }) {
  const texts = useTexts();
  const { say, locale } = texts;
  const words = shortWords(root.content, texts);
  const { latest } = summary;
  return (
    <GridListItem id={summary.rootId} textValue={words} className={styles.row ?? ""}>
      <Avatar id={root.sender.userId} name={root.sender.name} address={root.sender.avatar} size="small" />
      <div className={styles.rowWords}>
        <span className={styles.rowHead}>
          <strong>{root.sender.name}</strong>
          <span className={styles.time}>{shortTime(latest?.atMs ?? root.atMs, Date.now(), locale, say)}</span>
        </span>
        <span className={styles.root} dir="auto">
          {words}
        </span>
        <span className={styles.latest}>
          {latest
            ? say("threads.latest", {
                count: summary.count,
                name: latest.sender.name,
                text: shortWords(latest.content, texts),
              })
            : say("threads.count", { count: summary.count })}
        </span>
      </div>
      <ThreadUnread unread={summary.unread} />
    </GridListItem>
  );
}
