//! AWS's partitions: which names a region's endpoints have.

/// Regions under one DNS suffix, with identities of their own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Partition {
    /// As it stands in an ARN: `aws`, `aws-cn`.
    pub(crate) name: &'static str,
    /// What the names of its regions begin with; empty for the commercial partition.
    regions: &'static str,
    pub(crate) suffix: &'static str,
    /// Suffix of the endpoints that also speak IPv6, where there are any.
    pub(crate) dual_stack_suffix: Option<&'static str>,
    /// IAM has one endpoint for the partition: plain, FIPS, dual stack, both.
    pub(crate) iam: [Option<&'static str>; 4],
    /// The region that requests to IAM are signed for.
    pub(crate) iam_region: &'static str,
    /// Services whose plain endpoint is the FIPS one: plain, then dual stack.
    pub(crate) fips_is_plain: [&'static [&'static str]; 2],
}

impl Partition {
    pub(crate) fn of(region: &str) -> &'static Partition {
        PARTITIONS.iter().find(|partition| region.starts_with(partition.regions)).unwrap_or(&AWS)
    }
}

static AWS: Partition = Partition {
    name: "aws",
    regions: "",
    suffix: "amazonaws.com",
    dual_stack_suffix: Some("api.aws"),
    iam: [
        Some("iam.amazonaws.com"),
        Some("iam-fips.amazonaws.com"),
        Some("iam.global.api.aws"),
        Some("iam-fips.global.api.aws"),
    ],
    iam_region: "us-east-1",
    fips_is_plain: [&[], &[]],
};

/// From botocore's endpoint rules, as is `tests/endpoints.tsv`, which checks them.
static PARTITIONS: [Partition; 7] = [
    Partition {
        name: "aws-cn",
        regions: "cn-",
        suffix: "amazonaws.com.cn",
        dual_stack_suffix: Some("api.amazonwebservices.com.cn"),
        iam: [
            Some("iam.cn-north-1.amazonaws.com.cn"),
            Some("iam-fips.amazonaws.com.cn"),
            Some("iam.global.api.amazonwebservices.com.cn"),
            Some("iam-fips.api.amazonwebservices.com.cn"),
        ],
        iam_region: "cn-north-1",
        fips_is_plain: [&[], &[]],
    },
    Partition {
        name: "aws-us-gov",
        regions: "us-gov-",
        suffix: "amazonaws.com",
        dual_stack_suffix: Some("api.aws"),
        iam: [
            Some("iam.us-gov.amazonaws.com"),
            Some("iam.us-gov.amazonaws.com"),
            Some("iam.us-gov.api.aws"),
            Some("iam.us-gov.api.aws"),
        ],
        iam_region: "us-gov-west-1",
        fips_is_plain: [
            &["application-autoscaling", "cloudwatch", "ec2", "elbv2", "events", "logs", "sns", "sts"],
            &["cloudwatch", "events"],
        ],
    },
    Partition {
        name: "aws-iso",
        regions: "us-iso-",
        suffix: "c2s.ic.gov",
        dual_stack_suffix: Some("api.aws.ic.gov"),
        iam: [
            Some("iam.us-iso-east-1.c2s.ic.gov"),
            Some("iam-fips.us-iso-east-1.c2s.ic.gov"),
            Some("iam.api.aws.ic.gov"),
            Some("iam-fips.api.aws.ic.gov"),
        ],
        iam_region: "us-iso-east-1",
        fips_is_plain: [&[], &[]],
    },
    Partition {
        name: "aws-iso-b",
        regions: "us-isob-",
        suffix: "sc2s.sgov.gov",
        dual_stack_suffix: Some("api.aws.scloud"),
        iam: [
            Some("iam.us-isob-east-1.sc2s.sgov.gov"),
            Some("iam-fips.us-isob-east-1.sc2s.sgov.gov"),
            Some("iam.api.aws.scloud"),
            Some("iam-fips.api.aws.scloud"),
        ],
        iam_region: "us-isob-east-1",
        fips_is_plain: [&[], &[]],
    },
    Partition {
        name: "aws-iso-e",
        regions: "eu-isoe-",
        suffix: "cloud.adc-e.uk",
        dual_stack_suffix: None,
        iam: [Some("iam.eu-isoe-west-1.cloud.adc-e.uk"), Some("iam-fips.cloud.adc-e.uk"), None, None],
        iam_region: "eu-isoe-west-1",
        fips_is_plain: [&[], &[]],
    },
    Partition {
        name: "aws-iso-f",
        regions: "us-isof-",
        suffix: "csp.hci.ic.gov",
        dual_stack_suffix: None,
        iam: [Some("iam.us-isof-south-1.csp.hci.ic.gov"), Some("iam-fips.csp.hci.ic.gov"), None, None],
        iam_region: "us-isof-south-1",
        fips_is_plain: [&[], &[]],
    },
    Partition {
        name: "aws-eusc",
        regions: "eusc-",
        suffix: "amazonaws.eu",
        dual_stack_suffix: Some("api.amazonwebservices.eu"),
        iam: [
            Some("iam.eusc-de-east-1.amazonaws.eu"),
            Some("iam-fips.amazonaws.eu"),
            Some("iam.global.api.amazonwebservices.eu"),
            Some("iam-fips.api.amazonwebservices.eu"),
        ],
        iam_region: "eusc-de-east-1",
        fips_is_plain: [&[], &[]],
    },
];
