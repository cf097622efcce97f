//! What is taken from files as providers have them, and as nobody should.

use proptest::prelude::*;

use super::*;
use crate::find::fetch::MOST_BYTES;

fn ada() -> Address {
    Address::new("ada@example.org").unwrap()
}

fn settings(servers: &str) -> Option<Settings> {
    read(
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<clientConfig version=\"1.1\">\n\
             <emailProvider id=\"example.org\">\n<domain>example.org</domain>\n{servers}\n\
             </emailProvider>\n</clientConfig>\n"
        )
        .as_bytes(),
        &ada(),
    )
}

fn server(element: &str, kind: &str, host: &str, port: u16, socket: &str, ways: &[&str]) -> String {
    let ways: String = ways
        .iter()
        .map(|way| format!("<authentication>{way}</authentication>"))
        .collect();
    format!(
        "<{element} type=\"{kind}\"><hostname>{host}</hostname><port>{port}</port>\
         <socketType>{socket}</socketType><username>%EMAILADDRESS%</username>{ways}</{element}>"
    )
}

fn outgoing(host: &str, port: u16, socket: &str, ways: &[&str]) -> String {
    server("outgoingServer", "smtp", host, port, socket, ways)
}

fn incoming(kind: &str, host: &str, port: u16, socket: &str, ways: &[&str]) -> String {
    server("incomingServer", kind, host, port, socket, ways)
}

const PASSWORD: &[&str] = &["password-cleartext"];

/// As large providers write theirs.
const WHOLE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- for mail programs -->
<clientConfig version="1.1">
  <emailProvider id="example.org">
    <domain>example.org</domain>
    <domain purpose="mx">mx.example.net</domain>
    <displayName>Example &amp; Sons</displayName>
    <displayShortName>Example</displayShortName>
    <incomingServer type="pop3">
      <hostname>pop.example.net</hostname>
      <port>995</port>
      <socketType>SSL</socketType>
      <username>%EMAILLOCALPART%</username>
      <authentication>password-cleartext</authentication>
      <pop3><leaveMessagesOnServer>true</leaveMessagesOnServer></pop3>
    </incomingServer>
    <incomingServer type="imap">
      <hostname> imap.%EMAILDOMAIN% </hostname>
      <port>993</port>
      <socketType>SSL</socketType>
      <username>%EMAILLOCALPART%</username>
      <authentication>OAuth2</authentication>
      <authentication>password-cleartext</authentication>
    </incomingServer>
    <incomingServer type="imap">
      <hostname>second.example.net</hostname>
      <port>143</port>
      <socketType>STARTTLS</socketType>
      <username>%EMAILADDRESS%</username>
      <authentication>password-cleartext</authentication>
    </incomingServer>
    <outgoingServer type="smtp">
      <hostname>smtp.example.net</hostname>
      <port>587</port>
      <socketType>STARTTLS</socketType>
      <username>x&#45;%EMAILADDRESS%<![CDATA[&]]></username>
      <authentication>password-cleartext</authentication>
      <addThisServer>true</addThisServer>
      <restriction>client-IP-address</restriction>
    </outgoingServer>
    <documentation url="https://example.org/help"><descr lang="en">Settings</descr></documentation>
    <enable visiturl="https://example.org/"><instruction>Tick the box</instruction></enable>
  </emailProvider>
  <webMail><loginPage url="https://example.org/"/><outgoingServer type="smtp"/></webMail>
</clientConfig>
"#;

#[test]
fn the_first_servers_with_tls_and_a_password_are_taken() {
    let settings = read(WHOLE.as_bytes(), &ada()).unwrap();
    assert_eq!(
        settings.outgoing,
        Server {
            host: "smtp.example.net".to_owned(),
            port: 587,
            security: Security::StartTls,
            user: "x-ada@example.org&".to_owned(),
        }
    );
    assert_eq!(
        settings.incoming,
        Some(Server {
            host: "imap.example.org".to_owned(),
            port: 993,
            security: Security::Tls,
            user: "ada".to_owned(),
        })
    );
    assert_eq!(settings.hint, None);
    let marked = [b"\xef\xbb\xbf", WHOLE.as_bytes()].concat();
    assert!(read(&marked, &ada()).is_some());
}

#[test]
fn servers_without_tls_are_passed_over() {
    let plain = outgoing("plain.example.org", 25, "plain", PASSWORD);
    assert_eq!(settings(&plain), None);
    let settings = settings(&format!(
        "{plain}{}{}{}",
        outgoing("odd.example.org", 465, "ssl?", PASSWORD),
        outgoing("tls.example.org", 465, "SSL", PASSWORD),
        incoming("imap", "plain.example.org", 143, "plain", PASSWORD),
    ))
    .unwrap();
    assert_eq!(settings.outgoing.host, "tls.example.org");
    assert_eq!(settings.incoming, None);
}

#[test]
fn where_a_password_is_of_no_use_the_next_server_is_taken_or_the_person_told() {
    let oauth = outgoing("oauth.example.org", 465, "SSL", &["OAuth2"]);
    let password = outgoing("password.example.org", 465, "SSL", PASSWORD);
    let old = outgoing("old.example.org", 465, "SSL", &["plain"]);
    let silent = outgoing("silent.example.org", 465, "SSL", &[]);
    for (servers, host) in [
        (format!("{oauth}{password}"), "password.example.org"),
        (format!("{oauth}{old}"), "old.example.org"),
        (format!("{oauth}{silent}"), "silent.example.org"),
    ] {
        let settings = settings(&servers).unwrap();
        assert_eq!(settings.outgoing.host, host);
        assert_eq!(settings.hint, None);
    }
    let only = settings(&oauth).unwrap();
    assert_eq!(only.outgoing.host, "oauth.example.org");
    assert_eq!(only.hint, Some(Hint::OAuthOnly));
    let reading = incoming("imap", "oauth.example.org", 993, "SSL", &["OAuth2"]);
    let reading = settings(&format!("{password}{reading}")).unwrap();
    assert_eq!(reading.hint, Some(Hint::OAuthOnly));
    for way in ["GSSAPI", "password-encrypted", "none", "TLS-client-cert"] {
        let other = outgoing("other.example.org", 465, "SSL", &[way]);
        assert_eq!(settings(&other), None, "{way}");
    }
}

#[test]
fn what_is_not_such_a_file_says_nothing() {
    let good = outgoing("smtp.example.org", 465, "SSL", PASSWORD);
    assert!(settings(&good).is_some());
    for bad in [
        "",
        "<clientConfig",
        "<html><body>Not found</body></html>",
        "not XML",
        &good,
        &format!("<clientConfig>{good}</clientConfig>"),
        &format!("<x><emailProvider>{good}</emailProvider></x>"),
        &format!("<clientConfig><emailProvider>{good}</emailProvider>"),
        &format!("<clientConfig><emailProvider>{good}</clientConfig></emailProvider>"),
    ] {
        assert_eq!(read(bad.as_bytes(), &ada()), None, "{bad}");
    }
    assert_eq!(settings(&good.replace("smtp\"", "lmtp\"")), None);
    for port in ["0", "65536", "-1", "", "x"] {
        let odd = good.replace(">465<", &format!(">{port}<"));
        assert_eq!(settings(&odd), None, "{port}");
    }
    let latin = [WHOLE.as_bytes(), b"<!-- \xe9 -->"].concat();
    assert_eq!(read(&latin, &ada()), None);
}

#[test]
fn entities_of_its_own_are_refused() {
    let bomb = format!(
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>{}",
        WHOLE.split_once('\n').unwrap().1.replace("Settings", "&b;")
    );
    assert_eq!(read(bomb.as_bytes(), &ada()), None);
    let outside = WHOLE.replace(
        "<clientConfig ",
        "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><clientConfig ",
    );
    assert_eq!(read(outside.as_bytes(), &ada()), None);
    assert_eq!(read(WHOLE.replace("&amp;", "&b;").as_bytes(), &ada()), None);
}

#[test]
fn depth_and_length_cost_next_to_nothing() {
    let begin = std::time::Instant::now();
    let deep = "<clientConfig>".repeat(MOST_BYTES / 14);
    assert_eq!(read(deep.as_bytes(), &ada()), None);
    let one = outgoing("h.example.org", 465, "SSL", PASSWORD);
    let many = one.repeat(MOST_BYTES / one.len());
    assert!(settings(&many).is_some());
    let attributes = format!("<clientConfig {}>", "a=\"\" ".repeat(MOST_BYTES / 5));
    assert_eq!(read(attributes.as_bytes(), &ada()), None);
    assert!(begin.elapsed() < std::time::Duration::from_secs(2));
}

proptest! {
    #[test]
    fn no_bytes_are_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = read(&bytes, &ada());
    }

    #[test]
    fn no_mixture_of_its_parts_is_a_panic(parts in prop::collection::vec(
        prop::sample::select(vec![
            "<clientConfig>", "</clientConfig>", "<emailProvider>", "</emailProvider>", "<port>",
            "</port>", "<outgoingServer type=\"smtp\">", "</outgoingServer>", "<hostname/>", "<",
            ">", "&", ";", "&#0;", "&#xD800;", "&amp;", "<![CDATA[", "]]>", "<!--", "-->", "<?",
            "?>", "<!DOCTYPE x [", "]>", "465", "%EMAILADDRESS%", "\u{0}", "ü", " ", "type=\"",
        ]),
        0..60,
    )) {
        let _ = read(parts.concat().as_bytes(), &ada());
    }

    #[test]
    fn no_damage_to_a_good_file_is_a_panic(at in 0..WHOLE.len(), with in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = WHOLE.as_bytes().to_vec();
        bytes[at] = with;
        if cut {
            bytes.truncate(at);
        }
        let _ = read(&bytes, &ada());
    }
}
