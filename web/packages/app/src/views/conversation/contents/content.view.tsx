// What a message holds, each kind in its own way.
import type { TimelineItem } from "@herold/engine";
import { Ban, LockKeyhole } from "lucide-react";

import type { AppModel } from "../../../models/app.model.ts";
import type { ConversationModel } from "../../../models/conversation.model.ts";
import { useSay } from "../../../parts/texts.tsx";
import { fileName } from "../../../texts/short-words.ts";
import { PictureView, sendingOf } from "../../pictures/picture.view.tsx";
import { PollView } from "../../polls/poll.view.tsx";
import { CallEventView } from "./call-event.view.tsx";
import styles from "./content.module.css";
import { AudioView, FileView, VideoView } from "./files.view.tsx";
import { LocationView } from "./location.view.tsx";
import { LongWords } from "./long-words.view.tsx";
import { openMatrixLink } from "./matrix-link.ts";

interface Props {
  readonly app: AppModel;
  /** Where it can be answered; else it is only shown. */
  readonly model?: ConversationModel;
  readonly item: TimelineItem;
  /** Somebody was led to it, and may look for something in it. */
  readonly target?: boolean;
}

export function ContentView({ app, model, item, target = false }: Props) {
  const say = useSay();
  const { content } = item;
  const long = { id: item.id, unfolded: target };
  const link = (address: string): void => openMatrixLink(app, address);
  switch (content.kind) {
    case "text":
    case "notice":
      return <LongWords {...long} words={content.words} onMatrixLink={link} />;
    case "emote":
      return (
        <div className={styles.emote}>
          <span>{item.sender.name}</span> <LongWords {...long} words={content.words} onMatrixLink={link} />
        </div>
      );
    case "image":
    case "video":
    case "audio":
    case "voice":
    case "file":
      return (
        <>
          {content.kind === "image" && (
            <PictureView
              name={fileName(content, say)}
              picture={content.picture}
              onOpen={model && (() => model.showPicture(item.id))}
              sending={model && sendingOf(model, item)}
            />
          )}
          {content.kind === "video" && <VideoView content={content} />}
          {(content.kind === "audio" || content.kind === "voice") && <AudioView content={content} />}
          {content.kind === "file" && <FileView content={content} sent={item.eventId !== undefined} />}
          {content.caption && <LongWords {...long} words={content.caption} onMatrixLink={link} />}
        </>
      );
    case "sticker":
      return <PictureView name={content.name} picture={content.picture} sticker />;
    case "location":
      return <LocationView content={content} />;
    case "poll":
      return (
        <PollView id={item.id} target={target} poll={content.poll} eventId={item.eventId} model={model} />
      );
    case "call":
      return <CallEventView content={content} mine={item.mine} model={model} />;
    case "redacted":
      return (
        <p className={styles.quiet}>
          <Ban aria-hidden size={15} />
          {content.by.userId === item.sender.userId
            ? say("message.removed")
            : say("message.removed-by", { name: content.by.name })}
        </p>
      );
    case "undecryptable":
      return (
        <p className={styles.quiet}>
          <LockKeyhole aria-hidden size={15} />
          {say(`message.unreadable-${content.why}`)}
        </p>
      );
    case "unknown":
      return <p className={styles.quiet}>{content.fallback ?? say("message.unknown")}</p>;
    default:
      return null;
  }
}
