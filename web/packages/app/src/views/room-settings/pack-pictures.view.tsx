// The pictures of a pack that is edited: added as files, named, described, and taken away.

import { SHORTCODE_MAX } from "@herold/engine";
import { ImagePlus, Trash2 } from "lucide-react";
import { memo, type RefObject, useRef } from "react";
import { FileTrigger } from "react-aria-components";
import {
  DESCRIPTION_MAX,
  type PackEditorModel,
  PICTURES_MAX,
  type PictureRow,
  type Refusal,
  type ShortcodeProblem,
} from "../../models/packs/pack-editor.model.ts";
import { Button, IconButton } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { named } from "../../parts/file-drop.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay, useTexts } from "../../parts/texts.tsx";
import { byteSize } from "../../texts/sizes.ts";
import { PackTile } from "./pack-tile.view.tsx";
import styles from "./packs.module.css";
import settings from "./room-settings.module.css";

const REFUSALS: readonly Refusal[] = ["no-picture", "too-large", "too-many"];

export function PackPictures({ model }: { model: PackEditorModel }) {
  const say = useSay();
  const rows = useLive(model.rows);
  const problems = useLive(model.problems);
  const waiting = useLive(model.waiting);
  const busy = useLive(model.attempt.busy);
  const add = useRef<HTMLButtonElement>(null);
  return (
    <>
      <div className={styles.adding}>
        <FileTrigger
          acceptedFileTypes={["image/*"]}
          allowsMultiple
          onSelect={(files) => void model.add(named(files ?? []))}
        >
          <Button ref={add} icon={ImagePlus} isDisabled={busy}>
            {say("packs.add")}
          </Button>
        </FileTrigger>
        <p className={settings.muted} role="status">
          {waiting > 0 ? say("common.loading") : say("packs.count", { count: rows.length })}
        </p>
      </div>
      <RefusedView model={model} />
      <ul className={styles.rows}>
        {rows.map((row, index) => (
          <RowView
            key={row.id}
            model={model}
            row={row}
            number={index + 1}
            problem={problems.get(row.id)}
            busy={busy}
            add={add}
          />
        ))}
      </ul>
    </>
  );
}

/** What is left out, by its name and why. */
function RefusedView({ model }: { model: PackEditorModel }) {
  const { say, locale } = useTexts();
  const refused = useLive(model.refused);
  const limit = useLive(model.limit) ?? 0;
  return REFUSALS.map((why) => {
    const names = refused.filter((file) => file.why === why).map(({ name }) => name);
    if (names.length === 0) return null;
    const listed = new Intl.ListFormat(locale).format(names);
    const words = { names: listed, size: byteSize(limit, locale), max: PICTURES_MAX };
    return (
      <Notice key={why} kind="warning">
        {say(`packs.${why}`, words)}
      </Notice>
    );
  });
}

interface RowProps {
  readonly model: PackEditorModel;
  readonly row: PictureRow;
  /** Its place among the pictures. */
  readonly number: number;
  readonly problem: ShortcodeProblem | undefined;
  readonly busy: boolean;
  /** Has the focus when no picture is left. */
  readonly add: RefObject<HTMLButtonElement | null>;
}

/** Drawn anew only where it changed: there may be a hundred of them. */
const RowView = memo(function RowView({ model, row, number, problem, busy, add }: RowProps) {
  const say = useSay();
  const line = useRef<HTMLLIElement>(null);
  const { id, image, shortcode, description } = row;
  const name = shortcode || say("packs.picture", { number });
  const remove = (): void => {
    const next = line.current?.nextElementSibling ?? line.current?.previousElementSibling;
    (next?.querySelector("button") ?? add.current)?.focus();
    model.remove(id);
  };
  return (
    <li ref={line} className={styles.row}>
      <PackTile image={image} alt={description} />
      <fieldset className={styles.fields} aria-label={name}>
        <Field
          label={say("packs.shortcode")}
          value={shortcode}
          onChange={(typed) => model.change(id, { shortcode: typed })}
          error={problem && say(`packs.shortcode-${problem}`)}
          maxLength={SHORTCODE_MAX}
          isReadOnly={busy}
          autoCapitalize="none"
        />
        <Field
          label={say("packs.description")}
          value={description}
          onChange={(typed) => model.change(id, { description: typed })}
          maxLength={DESCRIPTION_MAX}
          isReadOnly={busy}
        />
      </fieldset>
      <IconButton
        icon={Trash2}
        label={say("packs.remove-picture", { name })}
        isDisabled={busy}
        onPress={remove}
      />
    </li>
  );
});
