//! Where a request goes and for which region it is signed.

use std::net::IpAddr;

use aws_types::SdkConfig;
use aws_types::service_config::ServiceConfigKey;
use recon_shapes::Service;
use recon_shapes::codec::WireRequest;
use serde_json::Value;

use crate::partition::Partition;

/// What the environment and the profile say about endpoints.
#[derive(Debug)]
pub(crate) struct Endpoints {
    pub(crate) region: String,
    pub(crate) partition: &'static Partition,
    fips: bool,
    dual_stack: bool,
    configured: Option<SdkConfig>,
    path_style: bool,
}

impl Endpoints {
    pub(crate) fn new(region: &str, config: &SdkConfig) -> Endpoints {
        Endpoints {
            fips: config.use_fips().unwrap_or(false),
            dual_stack: config.use_dual_stack().unwrap_or(false),
            configured: Some(config.clone()),
            path_style: false,
            ..Endpoints::in_process(region)
        }
    }

    /// AWS's own names for the region, whatever the environment says.
    pub(crate) fn in_process(region: &str) -> Endpoints {
        Endpoints {
            region: region.to_owned(),
            partition: Partition::of(region),
            fips: false,
            dual_stack: false,
            configured: None,
            path_style: true,
        }
    }

    pub(crate) fn signing_region(&self, service: &Service) -> &str {
        if service.name == "iam" { self.partition.iam_region } else { &self.region }
    }

    /// The address of the service, without a slash at its end.
    pub(crate) fn base(&self, service: &Service) -> Result<String, String> {
        let Some(url) = self.configured_url(service) else {
            return Ok(format!("https://{}", self.default_host(service)?));
        };
        let url = url.trim().trim_end_matches('/');
        if host(url).is_none() {
            return Err(format!(
                "`{url}` is set as the endpoint; write it as http://HOST[:PORT] or https://HOST"
            ));
        }
        Ok(url.to_owned())
    }

    /// Where `request` goes. Moves an S3 bucket from its path to the host, where it may stand there.
    pub(crate) fn target(
        &self,
        service: &Service,
        request: &mut WireRequest,
        input: &Value,
    ) -> Result<String, String> {
        let base = self.base(service)?;
        let bucket = input.get("Bucket").and_then(Value::as_str).unwrap_or_default();
        if service.name != "s3" || self.path_style || !fits_a_host(bucket) || is_local(&base) {
            return Ok(base);
        }
        let Some(rest) = without_bucket(&request.path, bucket) else { return Ok(base) };
        request.path = rest;
        Ok(base.replacen("://", &format!("://{bucket}."), 1))
    }

    fn configured_url(&self, service: &Service) -> Option<String> {
        let config = self.configured.as_ref()?;
        // the key finds the service's own setting before the one for all services
        let key = ServiceConfigKey::builder()
            .service_id(&service.metadata.service_id)
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build()
            .ok()?;
        let own = config.service_config().and_then(|settings| settings.load_config(key));
        own.or_else(|| config.endpoint_url().map(str::to_owned)).filter(|url| !url.is_empty())
    }

    fn default_host(&self, service: &Service) -> Result<String, String> {
        let partition = self.partition;
        let fips =
            self.fips && !partition.fips_is_plain[usize::from(self.dual_stack)].contains(&service.name);
        let missing =
            || format!("partition {} has no such endpoint; unset AWS_USE_DUALSTACK_ENDPOINT", partition.name);
        if service.name == "iam" {
            let host = partition.iam[usize::from(self.fips) + 2 * usize::from(self.dual_stack)];
            return host.map(str::to_owned).ok_or_else(missing);
        }
        let dual_stack_suffix = partition.dual_stack_suffix.ok_or_else(missing);
        let mut name = service.metadata.endpoint_prefix.as_str();
        let suffix = match (self.dual_stack, service.name) {
            (false, _) => partition.suffix,
            (true, "s3") => dual_stack_suffix.map(|_| partition.suffix)?,
            (true, _) => dual_stack_suffix?,
        };
        if self.dual_stack && service.name == "ecr" {
            name = "ecr";
        }
        let mode = if fips { "-fips" } else { "" };
        let stack = if self.dual_stack && service.name == "s3" { ".dualstack" } else { "" };
        Ok(format!("{name}{mode}{stack}.{}.{suffix}", self.region))
    }
}

/// A certificate's wildcard covers one label, so a bucket with dots stays in the path.
fn fits_a_host(bucket: &str) -> bool {
    let label = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (3..=63).contains(&bucket.len()) && bucket.chars().all(label)
}

fn without_bucket(path: &str, bucket: &str) -> Option<String> {
    let rest = path.strip_prefix('/')?.strip_prefix(bucket)?;
    match rest.chars().next() {
        Some('/') => Some(rest.to_owned()),
        None | Some('?') => Some(format!("/{rest}")),
        Some(_) => None,
    }
}

fn is_local(url: &str) -> bool {
    host(url).is_none_or(|host| {
        host == "localhost"
            || host.ends_with(".localhost")
            || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
    })
}

fn host(url: &str) -> Option<String> {
    let uri: http::Uri = url.parse().ok()?;
    let speaks_http = matches!(uri.scheme_str(), Some("http" | "https"));
    uri.host().filter(|host| speaks_http && !host.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn service(name: &str) -> &'static Service {
        recon_shapes::service(name).unwrap()
    }

    fn config(region: &str, fips: bool, dual_stack: bool) -> Endpoints {
        Endpoints { fips, dual_stack, path_style: false, ..Endpoints::in_process(region) }
    }

    fn s3(endpoints: &Endpoints, bucket: &str, path: &str) -> (String, String) {
        let mut request = WireRequest { path: path.into(), ..WireRequest::default() };
        let url = endpoints.target(service("s3"), &mut request, &json!({ "Bucket": bucket })).unwrap();
        (url, request.path)
    }

    #[test]
    fn default_endpoints_and_signing_regions_are_those_of_botocore() {
        let table = include_str!("../tests/endpoints.tsv");
        let mut count = 0;
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<_> = line.split('\t').collect();
            let [name, region, fips, dual_stack, url, signed_for] = fields[..] else { panic!("{line}") };
            let endpoints = config(region, fips == "fips", dual_stack == "dual");
            assert_eq!(endpoints.base(service(name)).unwrap(), url, "{line}");
            assert_eq!(endpoints.signing_region(service(name)), signed_for, "{line}");
            count += 1;
        }
        assert!(count > 400, "the table has only {count} lines");
    }

    #[test]
    fn a_partition_without_dual_stack_says_so() {
        let error = config("us-isof-south-1", false, true).base(service("ecs")).unwrap_err();
        assert!(error.contains("aws-iso-f") && error.contains("AWS_USE_DUALSTACK_ENDPOINT"), "{error}");
    }

    #[test]
    fn a_bucket_stands_in_the_host_when_a_certificate_can_cover_it() {
        let endpoints = config("ap-northeast-2", false, false);
        let (url, path) = s3(&endpoints, "artifacts-1", "/artifacts-1?policy");
        assert_eq!((&*url, &*path), ("https://artifacts-1.s3.ap-northeast-2.amazonaws.com", "/?policy"));
        let (url, path) = s3(&endpoints, "artifacts-1", "/artifacts-1/a/b.zip");
        assert_eq!((&*url, &*path), ("https://artifacts-1.s3.ap-northeast-2.amazonaws.com", "/a/b.zip"));
        let (url, path) = s3(&endpoints, "my.bucket", "/my.bucket?policy");
        assert_eq!((&*url, &*path), ("https://s3.ap-northeast-2.amazonaws.com", "/my.bucket?policy"));
        let (url, path) = s3(&endpoints, "artifacts-1", "/artifacts-10");
        assert_eq!((&*url, &*path), ("https://s3.ap-northeast-2.amazonaws.com", "/artifacts-10"));
    }

    #[test]
    fn a_bucket_on_a_local_endpoint_stays_in_the_path() {
        for url in
            ["http://127.0.0.1:5000", "http://localhost:5000", "http://[::1]:5000", "http://s3.localhost"]
        {
            let configured = Some(SdkConfig::builder().endpoint_url(url).build());
            let endpoints = Endpoints { configured, ..config("us-east-1", false, false) };
            assert_eq!(s3(&endpoints, "artifacts", "/artifacts"), (url.to_owned(), "/artifacts".to_owned()));
        }
    }

    #[test]
    fn an_endpoint_without_a_scheme_is_refused_with_advice() {
        let configured = Some(SdkConfig::builder().endpoint_url("127.0.0.1:5000").build());
        let endpoints = Endpoints { configured, ..config("us-east-1", false, false) };
        let error = endpoints.base(service("ecs")).unwrap_err();
        assert_eq!(
            error,
            "`127.0.0.1:5000` is set as the endpoint; write it as http://HOST[:PORT] or https://HOST"
        );
    }
}
