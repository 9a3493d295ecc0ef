namespace Clickstream.Local.Search.Mappings;

/// <summary>Adds one mapping to another. What is there already may not become something else.</summary>
static class MappingMerge
{
    /// <exception cref="SearchException">A field would change its type.</exception>
    public static Mapping With(this Mapping mapping, Mapping added) => With(mapping, added, Merge);

    /// <summary>The same where a field is defined anew: an index that is being made has the last word over its template.</summary>
    public static Mapping OverriddenBy(this Mapping mapping, Mapping added) => With(mapping, added, static (_, field) => field);

    static Mapping With(Mapping mapping, Mapping added, Func<FieldMapping, FieldMapping, FieldMapping> merge) => new(
        Merge(mapping.Root, added.Root, merge), mapping.DetectsDates && added.DetectsDates, added.Meta ?? mapping.Meta);

    static ObjectMapping Merge(ObjectMapping mapping, ObjectMapping added, Func<FieldMapping, FieldMapping, FieldMapping> merge)
    {
        var fields = new Dictionary<string, FieldMapping>(mapping.Fields);
        var objects = new Dictionary<string, ObjectMapping>(mapping.Objects);
        foreach (var (name, field) in added.Fields)
        {
            if (objects.TryGetValue(name, out var inner))
                throw SearchException.IllegalArgument($"can't merge a non object mapping [{inner.Name}] with an object mapping");
            fields[name] = fields.TryGetValue(name, out var present) ? merge(present, field) : field;
        }

        foreach (var (name, inner) in added.Objects)
        {
            if (fields.ContainsKey(name))
                throw SearchException.IllegalArgument($"can't merge a non object mapping [{inner.Name}] with an object mapping");
            objects[name] = objects.TryGetValue(name, out var present) ? Merge(present, inner, merge) : inner;
        }

        return new(mapping.Name, added.Dynamic ?? mapping.Dynamic, fields, objects);
    }

    static FieldMapping Merge(FieldMapping present, FieldMapping added)
    {
        if (present.Type != added.Type)
        {
            throw SearchException.IllegalArgument(
                $"mapper [{present.Name}] cannot be changed from type [{present.Type.Name()}] to [{added.Type.Name()}]");
        }

        RequireSame(present.Name, "index", present.IsIndexed, added.IsIndexed);
        RequireSame(present.Name, "doc_values", present.HasDocValues, added.HasDocValues);
        RequireSame(present.Name, "format", present.DateFormat.Pattern, added.DateFormat.Pattern);
        var fields = present.Fields.ToDictionary(static field => field.ShortName);
        foreach (var field in added.Fields)
            fields[field.ShortName] = fields.TryGetValue(field.ShortName, out var known) ? Merge(known, field) : field;
        return present with { IgnoreAbove = added.IgnoreAbove, Fields = [.. fields.Values] };
    }

    static void RequireSame<T>(string field, string parameter, T present, T added)
    {
        if (Equals(present, added))
            return;
        throw SearchException.IllegalArgument(
            $"Mapper for [{field}] conflicts with existing mapper:\n\tCannot update parameter [{parameter}] from [{Lower(present)}] to [{Lower(added)}]");

        static string? Lower(T value) => value is bool flag ? (flag ? "true" : "false") : value?.ToString();
    }
}
