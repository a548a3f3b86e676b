//! What the landing page says, in each language, by its place in `page.html`.

use crate::language::Language;

pub(super) fn of(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::English => ENGLISH,
        Language::German => GERMAN,
        Language::French => FRENCH,
    }
}

const ENGLISH: &[(&str, &str)] = &[
    ("language", "en"),
    ("title", "Messages for {{server_name}}"),
    ("lead", "This is a Herold server: secure messages, run by your own organisation."),
    ("connect", "How to connect"),
    (
        "step_app",
        "Install a Matrix app, for example <a href=\"https://element.io/download\">Element</a> or another of the <a href=\"https://matrix.org/ecosystem/clients/\">many apps</a>.",
    ),
    ("step_server", "When it asks for your server or your organisation, enter this:"),
    (
        "step_sign_in",
        "Sign in with the name and the password that you were given. Your address is then <code>@name:{{server_name}}</code>.",
    ),
    (
        "help",
        "Something does not work? Ask the people who run the computers of your organisation; they can see what the server says.",
    ),
    (
        "free",
        "Herold is free software and speaks <a href=\"https://matrix.org\">Matrix</a>, the open protocol.",
    ),
];

const GERMAN: &[(&str, &str)] = &[
    ("language", "de"),
    ("title", "Nachrichten für {{server_name}}"),
    ("lead", "Dies ist ein Herold-Server: sichere Nachrichten, betrieben von Ihrer eigenen Organisation."),
    ("connect", "So verbinden Sie sich"),
    (
        "step_app",
        "Installieren Sie eine Matrix-App, zum Beispiel <a href=\"https://element.io/download\">Element</a> oder eine der <a href=\"https://matrix.org/ecosystem/clients/\">vielen anderen</a>.",
    ),
    ("step_server", "Wenn die App nach Ihrem Server oder Ihrer Organisation fragt, geben Sie dies ein:"),
    (
        "step_sign_in",
        "Melden Sie sich mit dem Namen und dem Passwort an, die Sie bekommen haben. Ihre Adresse ist dann <code>@name:{{server_name}}</code>.",
    ),
    (
        "help",
        "Etwas geht nicht? Fragen Sie die Menschen, die die Rechner Ihrer Organisation betreuen; sie können sehen, was der Server meldet.",
    ),
    (
        "free",
        "Herold ist freie Software und spricht <a href=\"https://matrix.org\">Matrix</a>, das offene Protokoll.",
    ),
];

const FRENCH: &[(&str, &str)] = &[
    ("language", "fr"),
    ("title", "Messages pour {{server_name}}"),
    ("lead", "Voici un serveur Herold\u{202f}: des messages sécurisés, gérés par votre propre organisation."),
    ("connect", "Comment se connecter"),
    (
        "step_app",
        "Installez une application Matrix, par exemple <a href=\"https://element.io/download\">Element</a> ou l’une des <a href=\"https://matrix.org/ecosystem/clients/\">nombreuses autres</a>.",
    ),
    ("step_server", "Lorsqu’elle demande votre serveur ou votre organisation, saisissez ceci\u{202f}:"),
    (
        "step_sign_in",
        "Connectez-vous avec le nom et le mot de passe que vous avez reçus. Votre adresse est alors <code>@nom:{{server_name}}</code>.",
    ),
    (
        "help",
        "Quelque chose ne marche pas\u{202f}? Adressez-vous aux personnes qui gèrent l’informatique de votre organisation\u{202f}; elles voient ce que dit le serveur.",
    ),
    (
        "free",
        "Herold est un logiciel libre et parle <a href=\"https://matrix.org\">Matrix</a>, le protocole ouvert.",
    ),
];
