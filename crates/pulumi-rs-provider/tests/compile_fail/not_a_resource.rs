use pulumi_rs_provider::Provider;
use pulumi_rs_provider::schema::Package;

struct Pet;

fn main() {
    let _ = Provider::new(Package::new("pets", "0.1.0"), ()).resource("pets:index:Pet", Pet);
}
