//! Programs that declare keys with all the faults that rules know, before they are written down in any format.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// A program: its keys in order.
pub(crate) type Program = Vec<Key>;

/// One key as its author meant it.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// What comments allow.
    pub allows: Vec<&'static str>,
    pub members: Vec<Member>,
}

#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// The name in snake case, and in camel case; one word if it is the same in both, or misspelt.
    pub name: (&'static str, &'static str),
    pub value: Node,
}

#[derive(Debug, Clone)]
pub(crate) enum Node {
    Text(&'static str),
    Number(i64),
    Null,
    /// A reference to what is not in the program.
    Unknown,
    List(Vec<Node>),
    /// A list whose order does not count.
    Set(Vec<Node>),
    Object(Vec<Member>),
}

/// A number that stands where none is meant.
pub(crate) const ODD: i64 = 7;

/// Programs of a few keys, each with a few faults.
pub(crate) fn program() -> impl Strategy<Value = Program> {
    vec(key(), 1..4)
}

fn key() -> BoxedStrategy<Key> {
    let name = || {
        one(
            "name",
            "name",
            12,
            texts(&["CI", "Größe 😀", "deploy: # key", "it's \"so\"", "", " "]),
        )
    };
    let description = texts(&["für alle", "K2a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4", "{a}"]);
    let members = (
        [
            name(),
            one("description", "description", 1, description),
            one(
                "status",
                "status",
                1,
                texts(&["active", "inactive", "ACTIVE", "Inactive", "off"]),
            ),
            one(
                "permitted_ips",
                "permittedIps",
                3,
                list(addresses(), 0, Node::List),
            ),
            one("expire_time", "expireTime", 2, seconds()),
            one("rebac", "rebac", 12, rebac()),
        ],
        option::weighted(0.2, stray()),
    );
    let allows = vec(
        select(
            &[
                "allow(company-wide) -- wïe gewünscht",
                "allow(host-bits, redundant-ip) -- they know",
                "allow(never-expires) until=2027-01-31 -- until the move",
                "allow(unroutable-ip)",
                "allow(no-such-rule) -- why",
                "allow(missing-field) until=2025-01-31 -- over",
            ][..],
        ),
        0..3,
    );
    let allows = prop_oneof![3 => Just(Vec::new()), 1 => allows];
    (allows, members)
        .prop_map(|(allows, (members, stray))| Key {
            allows,
            members: members.into_iter().flatten().chain(stray).collect(),
        })
        .boxed()
}

/// A member that is there so many times of so many and one, sometimes with a value of another type.
fn one(
    snake: &'static str,
    camel: &'static str,
    often: u32,
    value: BoxedStrategy<Node>,
) -> BoxedStrategy<Option<Member>> {
    let odd = select(vec![
        Node::Null,
        Node::Unknown,
        Node::Number(ODD),
        Node::Text("text"),
        Node::List(Vec::new()),
        Node::Object(Vec::new()),
    ]);
    let value = prop_oneof![20 => value, 1 => odd];
    let member = value.prop_map(move |value| {
        Some(Member {
            name: (snake, camel),
            value,
        })
    });
    prop_oneof![often => member, 1 => Just(None)].boxed()
}

/// A member that no key has under this name, that is not the author's to set, or that is there already.
fn stray() -> BoxedStrategy<Member> {
    let text = |snake, camel, text| Member {
        name: (snake, camel),
        value: Node::Text(text),
    };
    let addresses = list(addresses(), 0, Node::List);
    prop_oneof![
        select(vec![
            text("nam", "nam", "meant"),
            text("Status", "Status", "ACTIVE"),
            text("colour", "colour", "red"),
            text("id", "id", "K2aAc4T2V93bddihGEx2Ryhc8e5Z"),
            text("cleartext", "cleartext", "open"),
            text("name", "name", "again"),
        ]),
        (
            select(vec![
                ("permittedIps", "permitted_ips"),
                ("permited_ips", "permitedIps"),
                ("permitted_ips", "permittedIps")
            ]),
            addresses
        )
            .prop_map(|(name, value)| Member { name, value }),
    ]
    .boxed()
}

fn rebac() -> BoxedStrategy<Node> {
    let roles = || list(roles(), 1, Node::Set);
    let grants = |snake, camel, of: &'static [&'static str]| {
        let grant = [
            one(snake, camel, 20, list(texts(of), 0, Node::Set)),
            one("roles", "roles", 20, roles()),
        ];
        list(object(grant), 0, Node::List)
    };
    object([
        one("company_roles", "companyRoles", 1, roles()),
        one(
            "project_roles",
            "projectRoles",
            1,
            grants("project_ids", "projectIds", &["P1", "P2", "Pä"]),
        ),
        one(
            "tag_roles",
            "tagRoles",
            1,
            grants("tags", "tags", &["prod", "dev", ""]),
        ),
    ])
}

fn object<const N: usize>(members: [BoxedStrategy<Option<Member>>; N]) -> BoxedStrategy<Node> {
    members
        .prop_map(|members| Node::Object(members.into_iter().flatten().collect()))
        .boxed()
}

fn list(element: BoxedStrategy<Node>, least: usize, make: fn(Vec<Node>) -> Node) -> BoxedStrategy<Node> {
    vec(element, least..4).prop_map(make).boxed()
}

fn texts(of: &'static [&'static str]) -> BoxedStrategy<Node> {
    select(of).prop_map(Node::Text).boxed()
}

fn addresses() -> BoxedStrategy<Node> {
    let texts = texts(&[
        "81.2.69.7",
        "81.2.69.7/24",
        "81.2.69.0/24",
        "8.8.8.8",
        "8.8.8.8/32",
        " 8.8.4.4",
        "10.0.0.1",
        "10.0.0.0/8",
        "0.0.0.0/0",
        "0.0.0.0/1",
        "128.0.0.0/1",
        "::1/64",
        "2a02:100::/24",
        "2001:db8::1",
        "8.8.8",
        "8.8.8.8/33",
        "überall",
    ]);
    prop_oneof![30 => texts, 1 => Just(Node::Unknown), 1 => Just(Node::Null)].boxed()
}

fn roles() -> BoxedStrategy<Node> {
    let texts = texts(&[
        "company-full-access",
        "project-full-access",
        "company-full-acess",
        "tag_infra_read_write",
        "editor",
        "Prüfer",
        "",
    ]);
    prop_oneof![30 => texts, 1 => Just(Node::Unknown)].boxed()
}

fn seconds() -> BoxedStrategy<Node> {
    let numbers = vec![
        0,
        1,
        -5,
        1_767_225_600,
        1_767_500_000,
        1_790_000_000,
        2_147_483_647,
        2_147_483_648,
        1_893_456_000_000,
        1_893_456_000_123,
    ];
    select(numbers).prop_map(Node::Number).boxed()
}

impl Node {
    /// This with everything whose order does not count the other way round.
    pub(crate) fn turned(&self) -> Self {
        match self {
            Node::List(items) => Node::List(items.iter().map(Self::turned).collect()),
            Node::Set(items) => Node::Set(items.iter().rev().map(Self::turned).collect()),
            Node::Object(members) => Node::Object(turned(members)),
            other => other.clone(),
        }
    }

    /// Whether this, or anything in it, makes it `is`.
    pub(crate) fn any(&self, is: &dyn Fn(&Node) -> bool) -> bool {
        is(self)
            || match self {
                Node::List(items) | Node::Set(items) => items.iter().any(|item| item.any(is)),
                Node::Object(members) => members.iter().any(|member| member.value.any(is)),
                _ => false,
            }
    }
}

/// Members the other way round, unless one is there twice: then it counts which comes first.
fn turned(members: &[Member]) -> Vec<Member> {
    let turn = |member: &Member| Member {
        name: member.name,
        value: member.value.turned(),
    };
    let mut turned: Vec<_> = members.iter().map(turn).collect();
    let is_there_twice =
        |member: &Member| members.iter().filter(|other| other.name == member.name).count() > 1;
    if !members.iter().any(is_there_twice) {
        turned.reverse();
    }
    turned
}

impl Key {
    pub(crate) fn turned(&self) -> Self {
        Self {
            allows: self.allows.clone(),
            members: turned(&self.members),
        }
    }

    pub(crate) fn any(&self, is: &dyn Fn(&Node) -> bool) -> bool {
        self.members.iter().any(|member| member.value.any(is))
    }
}
