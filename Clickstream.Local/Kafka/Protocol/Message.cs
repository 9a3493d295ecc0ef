namespace Clickstream.Local.Kafka.Protocol;

/// <summary>Which versions of a request this broker answers, and from which one on the form is the flexible one.</summary>
readonly record struct ApiVersionRange(ApiKey Key, short Min, short Max, short FlexibleFrom)
{
    /// <summary>For the few requests that never got a flexible version.</summary>
    public const short NeverFlexible = short.MaxValue;

    public bool Contains(short version) => version >= Min && version <= Max;
}

/// <summary>A request that can read itself. What it keeps of byte fields are slices of the frame it was read from.</summary>
interface IKafkaRequest<TSelf> where TSelf : IKafkaRequest<TSelf>
{
    static abstract ApiVersionRange Versions { get; }

    static abstract TSelf Read(ref KafkaReader reader, short version);
}

/// <summary>A response that can write itself, without the header.</summary>
interface IKafkaResponse
{
    void Write(KafkaWriter writer, short version);
}
